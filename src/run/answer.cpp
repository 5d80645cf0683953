#include "run/answer.hpp"

#include "base/text.hpp"
#include "run/failure_kinds.hpp"

#include <algorithm>

namespace kontor::run {

namespace {

// What is counted comes from outside, and is added up.
constexpr std::int64_t most_tokens = 1'000'000'000;

std::int64_t believable(std::int64_t tokens) noexcept {
  return std::clamp<std::int64_t>(tokens, 0, most_tokens);
}

}  // namespace

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\t')) continue;
    // The controls of Latin-1, U+0080 to U+009F, are these two bytes.
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      ++i;
      continue;
    }
    out += text[i];
  }
  return out;
}

std::string_view beginning_of(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
    --bytes;
  return text.substr(0, bytes);
}

std::size_t answer::waiting_bytes() const noexcept {
  std::size_t sum = 0;
  for (const auto& one : pieces_)
    sum += one.text.size();
  return sum;
}

void answer::take(const chat::model_event& what) {
  if (end_) return;
  if (const auto* text = std::get_if<chat::text_delta>(&what)) {
    add(event_kind::text, without_controls(text->text));
  } else if (const auto* thought = std::get_if<chat::reasoning_delta>(&what)) {
    add(event_kind::reasoning, without_controls(thought->text));
  } else if (const auto* pause = std::get_if<chat::waiting>(&what)) {
    phase_ = phase::asks;
    pieces_.push_back({.kind = event_kind::waiting, .text = {}, .number = pause->seconds.count()});
  } else if (const auto* done = std::get_if<chat::model_done>(&what)) {
    finish_done(*done);
  } else if (const auto* failed = std::get_if<chat::model_failed>(&what)) {
    finish_failed(*failed);
  }
}

void answer::fail(failure why) {
  if (!end_) finish_with(finish::failed, std::move(why));
}

void answer::stop(finish how) {
  if (!end_) finish_with(how);
}

void answer::add(event_kind kind, std::string_view text) {
  const bool is_text = kind == event_kind::text;
  const auto so_far = is_text ? text_.size() : reasoning_bytes_;
  const auto fits = beginning_of(text, max_answer - so_far);
  const bool is_cut = fits.size() < text.size();
  if (!text.empty()) phase_ = phase::streams;
  for (auto rest = fits; !rest.empty();) {
    auto* last = pieces_.empty() || pieces_.back().kind != kind ? nullptr : &pieces_.back();
    const auto room = last == nullptr ? largest_piece : largest_piece - std::min(largest_piece, last->text.size());
    const auto now = beginning_of(rest, room);
    if (now.empty() || last == nullptr) {
      const auto begin = is_text ? static_cast<std::int64_t>(text_.size() + fits.size() - rest.size()) : 0;
      pieces_.push_back({.kind = kind, .text = {}, .number = begin});
      if (now.empty()) continue;
      last = &pieces_.back();
    }
    last->text += now;
    rest.remove_prefix(now.size());
  }
  if (is_text) {
    text_ += fits;
  } else {
    reasoning_bytes_ += fits.size();
  }
  // Thoughts beyond the limit are dropped, the answer may still come; one that is too long ends here.
  if (is_text && is_cut) finish_with(finish::length);
}

void answer::finish_done(const chat::model_done& done) {
  counted_ = done.usage;
  model_ = base::printable(done.model, 200);
  using enum chat::finish_reason;
  switch (done.finish) {
    case stop:
      if (!text_.empty()) return finish_with(finish::complete);
      return finish_with(finish::failed,
                         failure{.kind = "broken-answer", .words = "The model answered with nothing.", .status = 200});
    case length:
      if (!text_.empty()) return finish_with(finish::length);
      return finish_with(
          finish::failed,
          failure{.kind = "truncated", .words = "The model used up its room before it answered.", .status = 200});
    case content_filter:
      // What was shown is withdrawn: the message that is kept does not have it.
      return finish_filtered(done);
    case tool_calls:
      return finish_with(
          finish::failed,
          failure{.kind = "broken-answer", .words = "The model asks for tools, and was offered none.", .status = 200});
  }
}

void answer::finish_filtered(const chat::model_done& done) {
  chat::model_failed withheld;
  withheld.kind = chat::model_failure::content_filtered;
  withheld.status = 200;
  withheld.filtered = done.filtered;
  finish_with(text_.empty() ? finish::failed : finish::filtered, to_failure(withheld));
  text_.clear();
}

void answer::finish_failed(const chat::model_failed& failed) {
  if (failed.kind == chat::model_failure::answer_too_long && !text_.empty()) return finish_with(finish::length);
  finish_with(finish::failed, to_failure(failed));
}

void answer::finish_with(finish how, std::optional<failure> why) {
  ending end{.how = how, .why = std::move(why), .model = model_};
  if (counted_) {
    end.used = {.input_tokens = believable(counted_->input_tokens),
                .output_tokens = believable(counted_->output_tokens)};
  } else if (phase_ == phase::streams || !end.why) {
    // Stopped before the first piece: the question was sent, and is counted there.
    end.used = {.input_tokens = estimated_tokens(asked_bytes_),
                .output_tokens = estimated_tokens(text_.size() + reasoning_bytes_),
                .is_estimated = true};
  }
  phase_ = phase::ended;
  end_ = std::move(end);
}

}  // namespace kontor::run
