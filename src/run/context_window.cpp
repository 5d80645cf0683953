#include "run/context_window.hpp"

#include "chat/tool_calls.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace kontor::run {
namespace {

constexpr std::string_view go_on =
    "Your last answer was cut off. Go on with it exactly where it ends, in the middle of a word if need be. Repeat "
    "nothing and say nothing about this request.";
constexpr std::string_view not_done = "This was stopped before it was done.";
constexpr std::string_view left_out = "The result was left out, because the conversation is too long. Ask for less.";

using messages = std::vector<chat::model_message>;

std::int64_t to_tokens(std::size_t bytes) noexcept {
  return (static_cast<std::int64_t>(bytes) + bytes_per_counted_token - 1) / bytes_per_counted_token;
}

bool is_answer(const chat::model_message& message) noexcept {
  return message.role == "assistant" || message.role == "tool";
}

bool is_result(const chat::model_message& message) noexcept {
  return message.role == "tool" && !message.tool_call_id.empty();
}

// The first of those that fit; 0: all do.
std::size_t first_that_fits(const messages& branch, std::int64_t room) noexcept {
  auto first = branch.size();
  while (first > 0) {
    room -= to_tokens(bytes_of(branch[first - 1]));
    if (room < 0) break;
    --first;
  }
  return first;
}

// What came of a call, out of those behind it; it is used up.
chat::model_message result_of(const chat::tool_call& call, std::span<chat::model_message> behind) {
  const auto is_it = [&call](const auto& one) { return one.tool_call_id == call.id; };
  const auto found = std::ranges::find_if(behind, is_it);
  if (found == behind.end())
    return {
        .role = "tool", .content = chat::refusal_of_call(not_done), .tool_call_id = call.id, .tool_name = call.name};
  auto out = std::move(*found);
  found->tool_call_id.clear();
  out.tool_call_id = call.id;
  out.tool_name = call.name;
  return out;
}

}  // namespace

std::size_t bytes_of(const chat::model_message& message) noexcept {
  auto sum = message.content.size() + message.tool_call_id.size() + message.tool_name.size();
  for (const auto& call : message.tool_calls)
    sum += call.id.size() + call.name.size() + call.arguments.size();
  return sum;
}

std::size_t bytes_of(std::span<const chat::tool> tools) noexcept {
  std::size_t sum = 0;
  for (const auto& tool : tools)
    sum += tool.name.size() + tool.description.size() + tool.parameters.size();
  return sum;
}

std::int64_t tokens_of(std::span<const chat::tool> tools) noexcept {
  return to_tokens(bytes_of(tools));
}

messages with_whole_calls(messages branch) {
  messages out;
  out.reserve(branch.size());
  for (std::size_t i = 0; i < branch.size(); ++i) {
    auto& message = branch[i];
    if (message.tool_calls.empty()) {
      message.tool_call_id.clear();
      out.push_back(std::move(message));
      continue;
    }
    auto end = i + 1;
    while (end < branch.size() && is_result(branch[end]))
      ++end;
    const std::span behind(branch.data() + i + 1, branch.data() + end);
    const auto calls = message.tool_calls;
    out.push_back(std::move(message));
    for (const auto& call : calls)
      out.push_back(result_of(call, behind));
    i = end - 1;
  }
  return out;
}

std::optional<messages> fit_into_window(messages branch, std::string_view instructions, std::int64_t window) {
  // From here on all must be there.
  auto required = branch.size() - 1;
  while (required > 0 && is_answer(branch[required]))
    --required;
  // An answer that is to be gone on with needs somebody who asks for it: providers answer what others said, and what
  // tools say.
  if (is_answer(branch.back()) && !is_result(branch.back()))
    branch.push_back({.role = "user", .content = std::string(go_on)});

  const auto room = window - answer_room(window) - to_tokens(instructions.size());
  auto first = first_that_fits(branch, room);
  for (auto i = required; first > required && i < branch.size(); ++i) {
    if (!is_result(branch[i]) || branch[i].content.size() <= left_out.size()) continue;
    branch[i].content = chat::refusal_of_call(left_out);
    first = first_that_fits(branch, room);
  }
  if (first > required) return std::nullopt;
  // An answer without its question would be the first that the model reads.
  while (first < required && is_answer(branch[first]))
    ++first;

  messages shown;
  if (!instructions.empty()) shown.push_back({.role = "system", .content = std::string(instructions)});
  const auto begin = branch.begin() + static_cast<std::ptrdiff_t>(first);
  shown.insert(shown.end(), std::make_move_iterator(begin), std::make_move_iterator(branch.end()));
  return shown;
}

}  // namespace kontor::run
