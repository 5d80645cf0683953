// The SQL of conversations. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and
// throw sql::sql_error when the database fails. What belongs to somebody else is not there.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat::statements {

/// Deleted conversations can be brought back; most questions are about the others.
enum class standing { here, deleted };

/// With its title, times and pin, and without messages. False when the owner has one of this id
/// already, deleted or not. sql::failure::constraint when there is no such owner. `place`: for its title, see
/// add_words.
bool insert_conversation(sql::session& in, const base::user_id& owner, const conversation& what,
                         std::optional<std::int64_t> place = std::nullopt);

/// nullopt when the owner has no such conversation.
std::optional<conversation> find_conversation(sql::session& in, const base::user_id& owner,
                                              const conversation_id& which, standing how = standing::here);

/// Where a page of the list begins: behind this one.
struct list_place {
  std::int64_t pinned = 2;  ///< Over all that there are: the first page.
  std::int64_t updated_at = 0;
  std::string id;
};
/// At most `limit`: pinned ones first, then those with the latest message.
std::vector<conversation> list_page(sql::session& in, const base::user_id& owner, standing how, const list_place& after,
                                    std::int64_t limit);
/// All of them, deleted ones too, at most `limit` in the order of their ids, from the first behind `after` on (an id as
/// text, or nothing).
std::vector<conversation> list_conversations(sql::session& in, const base::user_id& owner, std::string_view after,
                                             std::int64_t limit);

/// Each is one statement, and false when the owner has no such conversation, or it does not stand where it should.
bool rename(sql::session& in, const base::user_id& owner, const conversation_id& which, std::string_view title);
bool pin(sql::session& in, const base::user_id& owner, const conversation_id& which, bool is_pinned);
bool mark_deleted(sql::session& in, const base::user_id& owner, const conversation_id& which, base::timestamp now);
/// Only when it was deleted after `since`.
bool restore(sql::session& in, const base::user_id& owner, const conversation_id& which, base::timestamp since);
/// For good, deleted before or not.
bool remove(sql::session& in, const base::user_id& owner, const conversation_id& which);

struct owned_conversation {
  base::user_id owner;
  conversation_id id;
};
/// Of everybody: what was deleted before `before`, at most `limit`.
std::vector<owned_conversation> list_to_purge(sql::session& in, base::timestamp before, std::int64_t limit);
/// Removes it unless it was brought back meanwhile.
bool purge(sql::session& in, const owned_conversation& which, base::timestamp before);

/// Gives the next `count` numbers of events to the caller and returns the last of them; the row stays locked until the
/// end of the transaction. Also for a deleted one. nullopt when the owner has no such conversation.
std::optional<std::int64_t> take_seq(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                     std::int64_t count);

}  // namespace kontor::chat::statements
