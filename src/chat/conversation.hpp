// Conversations and their messages, as they are stored.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::chat {

using conversation_id = base::id<struct conversation_tag>;

inline constexpr std::size_t max_title = 255;  ///< Code points.

/// `system`, `user`, `assistant` or `tool`: who speaks.
constexpr bool is_role(std::string_view name) noexcept {
  return name == "system" || name == "user" || name == "assistant" || name == "tool";
}

struct conversation {
  conversation_id id;
  std::string title;  ///< At most max_title.
  base::timestamp created_at;
  base::timestamp updated_at;
};

struct message {
  std::optional<std::int64_t> parent;  ///< The number of the message it follows; nullopt: it begins.
  std::string role;                    ///< See is_role.
  std::string content;
  std::optional<std::string> metadata;  ///< A JSON object as text.
  base::timestamp created_at;
};

struct numbered_message {
  std::int64_t number = 0;  ///< Within its conversation, from 1, in the order in which they were written.
  message what;
};

}  // namespace kontor::chat
