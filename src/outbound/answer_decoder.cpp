#include "outbound/answer_decoder.hpp"

#include "outbound/model_refusal.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {

using chat::model_failure;

void answer_decoder::end(std::optional<chat::model_failed> why) {
  if (!is_over_) read_rest();
  conclude(std::move(why));
}

void answer_decoder::conclude(std::optional<chat::model_failed> why) {
  if (is_over_) return;
  if (finish_) complete();
  if (is_over_) return;
  if (finish_) {
    using enum chat::finish_reason;
    // Some servers say `stop` where others say that calls are complete.
    if (finish_ == stop && has_calls()) finish_ = tool_calls;
    if (finish_ == tool_calls)
      for (auto& call : calls_)
        events_.push_back(std::move(call));
    events_.push_back(chat::model_done{*finish_, usage_, model_.empty() ? how_.model : model_, filtered_});
    is_over_ = true;
  } else if (why) {
    fail(std::move(*why));
  } else if (has_begun_) {
    fail({model_failure::truncated, 200, "The provider ended its answer in the middle.", {}, {}});
  } else {
    fail_because_broken();
  }
}

bool answer_decoder::has_room_for(std::string_view text) {
  note_sign_of_life();
  if (is_over_ || text.empty()) return false;
  text_size_ += text.size();
  if (text_size_ <= how_.most_text) return true;
  fail({model_failure::answer_too_long, 200, "The answer is longer than what is kept of one.", {}, {}});
  return false;
}

void answer_decoder::add_text(std::string_view text) {
  if (has_room_for(text)) events_.push_back(chat::text_delta{std::string(text)});
}

void answer_decoder::add_reasoning(std::string_view text) {
  if (has_room_for(text)) events_.push_back(chat::reasoning_delta{std::string(text)});
}

void answer_decoder::add_model(std::string_view name) {
  if (!name.empty()) model_ = shown_words(std::string(name), {how_.secret}, 200);
}

void answer_decoder::add_usage(std::optional<std::int64_t> input, std::optional<std::int64_t> output) {
  if (input || output) usage_ = chat::model_usage{input.value_or(0), output.value_or(0)};
}

void answer_decoder::add_filters(const boost::json::value& results) {
  for (auto& each : fired_filters(results))
    if (std::ranges::find(filtered_, each) == filtered_.end()) filtered_.push_back(std::move(each));
}

bool answer_decoder::has_room_for_call(std::size_t bytes) {
  note_sign_of_life();
  if (is_over_) return false;
  call_size_ += bytes;
  if (call_size_ <= chat::most_bytes_of_calls) return true;
  fail({model_failure::broken_answer, 200, "The model asks for more than a tool can be asked for.", {}, {}});
  return false;
}

void answer_decoder::add_call(chat::tool_call what) {
  if (is_over_) return;
  if (calls_.size() == chat::most_calls_of_answer) {
    fail({model_failure::broken_answer, 200, "The model asks for too many things at once.", {}, {}});
    return;
  }
  const auto is_taken = [&](const std::string& id) {
    return std::ranges::find(calls_, id, &chat::tool_call::id) != calls_.end();
  };
  if (what.id.empty() || is_taken(what.id)) {
    auto number = calls_.size() + 1;
    do {
      what.id = "call_" + std::to_string(number++);
    } while (is_taken(what.id));
  }
  calls_.push_back(std::move(what));
}

void answer_decoder::fail(chat::model_failed why) {
  if (std::exchange(is_over_, true)) return;
  events_.push_back(std::move(why));
}

void answer_decoder::fail_in(const boost::json::value& event) {
  fail(refusal_in(event, how_.secret));
}

void answer_decoder::fail_because_broken() {
  fail({model_failure::broken_answer,
        200,
        "The server answered, but not as a language model does. Is the address right?",
        {},
        {}});
}

}  // namespace kontor::outbound
