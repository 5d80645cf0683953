// What of a conversation the model is shown: the rule of docs/conversations.md. Decides without input or output.
#pragma once

#include "chat/llm_provider.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kontor::run {

inline constexpr std::int64_t bytes_per_counted_token = 3;  ///< On the safe side of what tokens are.
inline constexpr std::int64_t most_answer_tokens = 8192;

/// The room for an answer: a quarter of the window, at most most_answer_tokens.
constexpr std::int64_t answer_room(std::int64_t window) noexcept {
  return window / 4 < most_answer_tokens ? window / 4 : most_answer_tokens;
}

/// So many bytes of messages can be of use for a window of so many tokens.
constexpr std::int64_t useful_bytes(std::int64_t window) noexcept {
  return (window - answer_room(window)) * bytes_per_counted_token;
}

/// Bytes of a message, of what it asks for too.
std::size_t bytes_of(const chat::model_message& message) noexcept;
std::size_t bytes_of(std::span<const chat::tool> tools) noexcept;
/// What it costs to offer them.
std::int64_t tokens_of(std::span<const chat::tool> tools) noexcept;

/// So that each call has its result right behind it, in the order of the calls, and each result its call: a call whose
/// result is not there, because it was stopped or a branch begins there, was not done. A result without
/// its call becomes one of nobody's (see chat::model_message), or is left out among others.
std::vector<chat::model_message> with_whole_calls(std::vector<chat::model_message> branch);

/// The latest of the branch's messages that fit, in their order, behind the instructions (none when they are empty).
/// The last one, which is answered, is always among them; when it is an answer itself that is to be gone on with, so is
/// what it answers, and a request to go on follows. What a model asked for and what came of it are part of an answer;
/// results that must be there and do not fit are left out, the oldest first, and the model is told so. What is left
/// never begins with an answer. nullopt: what must be there does not fit. `branch`: in their order, at least one, with
/// whole calls.
std::optional<std::vector<chat::model_message>> fit_into_window(std::vector<chat::model_message> branch,
                                                                std::string_view instructions, std::int64_t window);

}  // namespace kontor::run
