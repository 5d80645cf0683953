// The SQL of conversations. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and
// throw sql::sql_error when the database fails. What belongs to somebody else is not there.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor::chat::statements {

/// False when the owner has one of this id already. sql::failure::constraint when there is no such owner.
bool insert_conversation(sql::session& in, const base::user_id& owner, const conversation& what);

/// Appends, and returns the number; nullopt when the owner has no such conversation. `updated_at` stays as it is.
std::optional<std::int64_t> append_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                           const message& what);

/// At most `limit` in the order of their ids, from the first behind `after` on (an id as text, or nothing).
std::vector<conversation> list_conversations(sql::session& in, const base::user_id& owner, std::string_view after,
                                             std::int64_t limit);
/// At most `limit` in the order of their numbers, from the first behind `after` on.
std::vector<numbered_message> list_messages(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                            std::int64_t after, std::int64_t limit);

}  // namespace kontor::chat::statements
