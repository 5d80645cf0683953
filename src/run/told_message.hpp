// A message of a conversation as frames show it.
#pragma once

#include "chat/conversation.hpp"
#include "run/frames.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kontor::run {

/// Schema Message. `siblings`: the numbers of all messages after the same parent, in their order.
std::string message_json(const chat::numbered_message& what, std::span<const std::int64_t> siblings);

/// Inside a job: the message as it stands now. nullopt when the owner has no such one.
std::optional<told_message> find_told(sql::session& in, const base::user_id& owner, const chat::conversation_id& of,
                                      std::int64_t number);

}  // namespace kontor::run
