// Conversations and their messages, as they are stored.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat {

using conversation_id = base::id<struct conversation_tag>;

inline constexpr std::size_t max_title = 255;                  ///< Code points.
inline constexpr std::size_t max_content = 256 * 1024;         ///< Bytes of one message.
inline constexpr std::chrono::days time_to_restore{30};        ///< Then what was deleted is gone for good.
inline constexpr std::int64_t most_text_at_once = 480 * 1024;  ///< Bytes of the messages that are shown at a time.

/// `system`, `user`, `assistant` or `tool`: who speaks.
constexpr bool is_role(std::string_view name) noexcept {
  return name == "system" || name == "user" || name == "assistant" || name == "tool";
}

/// How an answer ended (schema Finish).
constexpr bool is_finish(std::string_view name) noexcept {
  return name == "complete" || name == "length" || name == "filtered" || name == "cancelled" || name == "interrupted" ||
         name == "failed";
}

constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

struct conversation {
  conversation_id id;
  std::string title;  ///< At most max_title; may be empty.
  base::timestamp created_at;
  base::timestamp updated_at;  ///< When the last message came.
  bool is_pinned = false;
  std::int64_t messages = 0;                                 ///< Of all branches; the number of the latest.
  std::int64_t last_seq = 0;                                 ///< The number of the last event.
  std::optional<std::int64_t> leaf = std::nullopt;           ///< The last message of the branch that is shown.
  std::optional<base::timestamp> deleted_at = std::nullopt;  ///< See time_to_restore.
};

struct message {
  std::optional<std::int64_t> parent;  ///< The number of the message it follows; nullopt: it begins.
  std::string role;                    ///< See is_role.
  std::string content;
  std::optional<std::string> metadata;  ///< A JSON object as text: see chart_pin.hpp, or the predecessor's.
  base::timestamp created_at;
  std::optional<std::string> agent_name = std::nullopt;   ///< The model that answered.
  std::optional<std::string> finish = std::nullopt;       ///< How an answer ended: schema Finish.
  std::optional<std::string> failure = std::nullopt;      ///< A JSON object of the schema RunFailure.
  std::optional<std::string> token_usage = std::nullopt;  ///< A JSON object of the schema Usage.
  std::optional<std::string> tool_calls = std::nullopt;   ///< What an assistant asks for: see tool_calls.hpp.
  // Of the role `tool`, where it is the result of a call.
  std::optional<std::string> tool_call_id = std::nullopt;
  std::optional<std::string> tool_name = std::nullopt;
  std::optional<std::string> chart = std::nullopt;  ///< The id of the user's chart that was made or looked at.
  std::optional<bool> is_good = std::nullopt;       ///< It was done.
};

struct numbered_message {
  std::int64_t number = 0;  ///< Within its conversation, from 1, in the order in which they were written.
  message what;
};

/// The title that a conversation without one gets from its first message: its first line with something in it, cut
/// between words.
std::string title_from(std::string_view text);

}  // namespace kontor::chat
