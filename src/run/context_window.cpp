#include "run/context_window.hpp"

#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

namespace kontor::run {
namespace {

constexpr std::string_view go_on =
    "Your last answer was cut off. Go on with it exactly where it ends, in the middle of a word if need be. Repeat "
    "nothing and say nothing about this request.";

std::int64_t tokens_of(std::string_view text) noexcept {
  return (static_cast<std::int64_t>(text.size()) + bytes_per_counted_token - 1) / bytes_per_counted_token;
}

bool is_answer(const chat::model_message& message) noexcept {
  return message.role == "assistant" || message.role == "tool";
}

}  // namespace

std::optional<std::vector<chat::model_message>> fit_into_window(std::vector<chat::model_message> branch,
                                                                std::string_view instructions, std::int64_t window) {
  // From here on all must be there.
  auto required = branch.size() - 1;
  while (required > 0 && is_answer(branch[required]))
    --required;
  // An answer that is to be gone on with needs somebody who asks for it: providers answer what others said.
  if (is_answer(branch.back())) branch.push_back({.role = "user", .content = std::string(go_on)});

  auto room = window - answer_room(window) - tokens_of(instructions);
  auto first = branch.size();
  while (first > 0) {
    room -= tokens_of(branch[first - 1].content);
    if (room < 0) break;
    --first;
  }
  if (first > required) return std::nullopt;
  // An answer without its question would be the first that the model reads.
  while (first < required && is_answer(branch[first]))
    ++first;

  std::vector<chat::model_message> shown;
  if (!instructions.empty()) shown.push_back({.role = "system", .content = std::string(instructions)});
  const auto begin = branch.begin() + static_cast<std::ptrdiff_t>(first);
  shown.insert(shown.end(), std::make_move_iterator(begin), std::make_move_iterator(branch.end()));
  return shown;
}

}  // namespace kontor::run
