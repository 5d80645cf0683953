#include "run/answer.hpp"

#include "base/text.hpp"
#include "chat/tool_calls.hpp"
#include "json/parse.hpp"
#include "run/failure_kinds.hpp"

#include <algorithm>
#include <utility>

namespace kontor::run {

namespace {

// What is counted comes from outside, and is added up.
constexpr std::int64_t most_tokens = 1'000'000'000;

std::int64_t believable(std::int64_t tokens) noexcept {
  return std::clamp<std::int64_t>(tokens, 0, most_tokens);
}

// Providers take nothing else back.
std::string to_name(std::string_view name) {
  std::string out(name.substr(0, chat::longest_tool_name));
  const auto is_other = [](char c) { return !base::is_letter_or_digit(c) && c != '_' && c != '-'; };
  std::ranges::replace_if(out, is_other, '_');
  return out.empty() ? "unnamed" : out;
}

usage sum_of(const usage& a, const usage& b) {
  return {.input_tokens = believable(a.input_tokens + b.input_tokens),
          .output_tokens = believable(a.output_tokens + b.output_tokens),
          .is_estimated = a.is_estimated || b.is_estimated};
}

bool asks_the_same(const chat::tool_call& a, const chat::tool_call& b) {
  if (a.name != b.name) return false;
  if (a.arguments == b.arguments) return true;
  const auto left = json::parse(a.arguments);
  const auto right = json::parse(b.arguments);
  return left && right && *left == *right;
}

chat::tool_outcome too_many() {
  return {.content = chat::refusal_of_call("Too many calls for one answer. Answer with what you have."),
          .chart = std::nullopt};
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
  } else if (const auto* call = std::get_if<chat::tool_call>(&what)) {
    add(*call);
  } else if (const auto* done = std::get_if<chat::model_done>(&what)) {
    finish_done(*done);
  } else if (const auto* failed = std::get_if<chat::model_failed>(&what)) {
    finish_failed(*failed);
  }
}

void answer::take(chat::tool_outcome what) {
  if (end_ || open_.empty() || row_) return;
  if (!known_outcome()) ++made_;
  what.content = without_controls(what.content);
  done_.push_back({.call = open_.front(), .outcome = std::move(what)});
  row_ = done_.back();
}

void answer::ask_again(std::size_t asked_bytes) {
  asked_bytes_ = asked_bytes;
  if (!end_) phase_ = phase::asks;
}

void answer::fail(failure why) {
  if (!end_) finish_with(finish::failed, std::move(why));
}

void answer::stop(finish how) {
  if (!end_) finish_with(how);
}

std::optional<row> answer::take_row() {
  is_row_taken_ = row_.has_value();
  return row_;
}

void answer::row_kept() {
  const auto* const asked = std::get_if<asking>(&row_.value());
  const bool is_asking = asked != nullptr;
  if (is_asking) booked_ = asked->used.input_tokens + asked->used.output_tokens;
  if (end_) end_->booked = booked_;
  row_.reset();
  is_row_taken_ = false;
  if (is_asking) {
    text_before_ += text_.size();
    text_.clear();
    return;
  }
  open_.pop_front();
  if (!open_.empty() || end_) return;
  ++rounds_;
}

void answer::row_lost() {
  row_.reset();
  is_row_taken_ = false;
}

std::optional<chat::tool_outcome> answer::known_outcome() const {
  if (open_.empty()) return std::nullopt;
  const auto is_it = [this](const done_call& one) { return asks_the_same(one.call, open_.front()); };
  const auto before = std::ranges::find_if(done_, is_it);
  if (before != done_.end()) return before->outcome;
  return made_ >= most_calls ? std::optional(too_many()) : std::nullopt;
}

chat::tool_use answer::may_use() const noexcept {
  return rounds_ >= most_rounds || made_ >= most_calls ? chat::tool_use::none : tools_;
}

void answer::add(event_kind kind, std::string_view text) {
  const bool is_text = kind == event_kind::text;
  const auto so_far = is_text ? text_before_ + text_.size() : reasoning_bytes_;
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

// An id names a call within the run, and a provider may use one again.
void answer::add(const chat::tool_call& what) {
  phase_ = phase::streams;
  auto id = base::printable(what.id, chat::longest_call_id - 8);
  if (id.empty()) id = "call";
  const auto given = id;
  for (std::size_t i = call_ids_.size() + 1; !call_ids_.insert(id).second; ++i)
    id = given + "-" + std::to_string(i);
  calls_.push_back({.id = std::move(id), .name = to_name(what.name), .arguments = without_controls(what.arguments)});
  call_bytes_ += what.name.size() + what.arguments.size();
}

void answer::finish_done(const chat::model_done& done) {
  counted_ = done.usage;
  model_ = base::printable(done.model, 200);
  using enum chat::finish_reason;
  switch (done.finish) {
    case tool_calls:
      if (!calls_.empty()) return begin_calls();
      [[fallthrough]];
    case stop:
      if (!text_.empty()) return finish_with(finish::complete);
      return finish_broken("The model answered with nothing.");
    case length:
      if (!text_.empty()) return finish_with(finish::length);
      return finish_with(
          finish::failed,
          failure{.kind = "truncated", .words = "The model used up its room before it answered.", .status = 200});
    case content_filter:
      // What was shown is withdrawn: the message that is kept does not have it.
      return finish_filtered(done);
  }
}

void answer::finish_broken(const char* words) {
  finish_with(finish::failed, failure{.kind = "broken-answer", .words = words, .status = 200});
}

void answer::begin_calls() {
  if (may_use() == chat::tool_use::none) {
    // It was told not to, and has answered beside it.
    if (!text_.empty()) return finish_with(finish::complete);
    if (rounds_ > 0) return finish_with(finish::failed, too_many_calls());
    return finish_broken("The model asks for tools, and was offered none.");
  }
  count_round();
  phase_ = phase::calls;
  open_.assign(calls_.begin(), calls_.end());
  row_ = asking{.text = text_, .calls = std::exchange(calls_, {}), .model = model_, .used = before_};
}

void answer::count_round() {
  before_ = sum_of(before_, used_in_round());
  counted_.reset();
  reasoning_before_ = reasoning_bytes_;
  call_bytes_ = 0;
}

usage answer::used_in_round() const {
  if (counted_)
    return {.input_tokens = believable(counted_->input_tokens), .output_tokens = believable(counted_->output_tokens)};
  const auto said = text_.size() + call_bytes_ + reasoning_bytes_ - reasoning_before_;
  return {
      .input_tokens = estimated_tokens(asked_bytes_), .output_tokens = estimated_tokens(said), .is_estimated = true};
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
  ending end{.how = how, .why = std::move(why), .used = before_, .model = model_, .booked = booked_};
  // Stopped before the first piece: the question was sent, and is counted there.
  const bool was_asked = counted_ || phase_ == phase::streams || (!end.why && phase_ == phase::asks);
  if (was_asked) end.used = sum_of(before_, used_in_round());
  // What nobody has begun to store is not told either: the text stays that of the answer.
  if (row_ && !is_row_taken_ && std::holds_alternative<asking>(*row_)) row_.reset();
  phase_ = phase::ended;
  end_ = std::move(end);
}

}  // namespace kontor::run
