#include "outbound/openai_stream.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "outbound/json_look.hpp"
#include "outbound/tool_call_look.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

// Servers that only speak alike have words of their own for an ordinary end.
chat::finish_reason finish_of(std::string_view name) {
  using enum chat::finish_reason;
  if (name == "length" || name == "max_tokens") return length;
  if (name == "content_filter") return content_filter;
  if (name == "tool_calls" || name == "function_call") return tool_calls;
  return stop;
}

// Others end an answer that they could not end.
bool is_broken_off(std::string_view name) {
  for (const std::string_view broken : {"error", "abort", "aborted", "cancelled", "canceled"})
    if (name == broken) return true;
  return false;
}

bool is_error(const boost::json::value& chunk) {
  return member_of(chunk, "error") != nullptr || text_of(chunk, "object") == "error";
}

// Of the first choice; others are never asked for.
const boost::json::value* first_choice(const boost::json::value& chunk) {
  const auto* const choices = array_of(chunk, "choices");
  if (choices == nullptr) return nullptr;
  for (const auto& each : *choices)
    if (count_of(each, "index").value_or(0) == 0) return &each;
  return nullptr;
}

// A text, or parts of which some are text.
template <class Add>
void each_text(const boost::json::value* content, const Add& add) {
  if (content == nullptr) return;
  if (content->is_string()) {
    add(text_of(content));
  } else if (const auto* const parts = content->if_array()) {
    for (const auto& each : *parts)
      if (text_of(each, "type") == "text") add(text_of(each, "text"));
  }
}

// Servers have either name, or for the sake of both kinds of clients the same text under both.
std::string_view thoughts_in(const boost::json::value& message) {
  const auto text = text_of(message, "reasoning_content");
  return text.empty() ? text_of(message, "reasoning") : text;
}

}  // namespace

void openai_stream::take(std::string_view bytes) {
  std::vector<sse_event> events;
  const bool is_good = reader_.take(bytes, events);
  for (const auto& each : events) {
    if (is_over()) return;
    take_event(each.data);
  }
  if (!is_good && !is_over()) fail_because_broken();
}

void openai_stream::take_event(std::string_view data) {
  const auto text = base::trim(data, " \t\r\n");
  if (text.empty()) return;
  if (text == "[DONE]") {
    note_sign_of_life();
    conclude();
    return;
  }
  const auto chunk = json::parse(text);
  if (!chunk || !chunk->is_object()) {
    fail_because_broken();
    return;
  }
  take_chunk(*chunk);
}

void openai_stream::take_chunk(const boost::json::value& chunk) {
  if (is_error(chunk)) {
    fail_in(chunk);
    return;
  }
  add_model(text_of(chunk, "model"));
  if (const auto* const usage = member_of(chunk, "usage"))
    add_usage(count_of(*usage, "prompt_tokens"), count_of(*usage, "completion_tokens"));
  if (array_of(chunk, "choices") != nullptr) note_sign_of_life();
  const auto* const choice = first_choice(chunk);
  if (choice == nullptr) return;
  if (const auto* const results = member_of(*choice, "content_filter_results")) add_filters(*results);
  if (const auto* const delta = member_of(*choice, "delta")) {
    add_reasoning(thoughts_in(*delta));
    const auto add = [this](std::string_view text) { add_text(text); };
    each_text(member_of(*delta, "content"), add);
    add(text_of(*delta, "refusal"));
    if (const auto* const fragments = array_of(*delta, "tool_calls"))
      for (const auto& each : *fragments)
        take_fragment(each);
  }
  const auto finish = text_of(*choice, "finish_reason");
  if (finish.empty()) return;
  if (is_broken_off(finish)) {
    fail({chat::model_failure::truncated, 200, "The provider broke its answer off.", {}, {}});
    return;
  }
  set_finish(finish_of(finish));
}

void openai_stream::take_fragment(const boost::json::value& fragment) {
  const auto index = count_of(fragment, "index");
  const auto id = text_of(fragment, "id");
  const auto part = call_in(fragment);
  if (!has_room_for_call(id.size() + part.name.size() + part.arguments.size())) return;
  auto* of = begun_.empty() ? nullptr : &begun_.back();
  if (index) {
    const auto found = std::ranges::find(begun_.rbegin(), begun_.rend(), *index, &begun_call::index);
    of = found == begun_.rend() ? nullptr : &*found;
  }
  const bool is_another = of != nullptr && !id.empty() && !of->what.id.empty() && of->what.id != id;
  if (of == nullptr || is_another) {
    // One more than there may be, so that it is seen that there are too many.
    if (begun_.size() > chat::most_calls_of_answer) return;
    begun_.push_back({.index = index.value_or(-1), .what = {}});
    of = &begun_.back();
  }
  if (of->what.id.empty()) of->what.id = id;
  if (of->what.name.empty()) of->what.name = part.name;
  of->what.arguments += part.arguments;
}

void openai_stream::complete() {
  for (auto& each : begun_)
    add_call(std::move(each.what));
  begun_.clear();
}

void openai_answer::take(std::string_view bytes) {
  if (body_.size() + bytes.size() > longest_body())
    fail({chat::model_failure::answer_too_long, 200, "The answer is longer than what is kept of one.", {}, {}});
  else
    body_ += bytes;
}

void openai_answer::read_rest() {
  const auto answer = json::parse(body_);
  if (!answer) return;
  if (is_error(*answer)) {
    fail_in(*answer);
    return;
  }
  const auto* const choice = first_choice(*answer);
  const auto* const message = choice != nullptr ? member_of(*choice, "message") : nullptr;
  if (message == nullptr) return;
  add_model(text_of(*answer, "model"));
  if (const auto* const usage = member_of(*answer, "usage"))
    add_usage(count_of(*usage, "prompt_tokens"), count_of(*usage, "completion_tokens"));
  if (const auto* const results = member_of(*choice, "content_filter_results")) add_filters(*results);
  add_reasoning(thoughts_in(*message));
  const auto add = [this](std::string_view text) { add_text(text); };
  each_text(member_of(*message, "content"), add);
  add(text_of(*message, "refusal"));
  if (const auto* const calls = array_of(*message, "tool_calls"))
    for (const auto& each : *calls) {
      auto call = call_in(each);
      call.id = text_of(each, "id");
      if (has_room_for_call(call.id.size() + call.name.size() + call.arguments.size())) add_call(std::move(call));
    }
  set_finish(finish_of(text_of(*choice, "finish_reason")));
}

}  // namespace kontor::outbound
