// The SQL of messages and of the tree they make. One text for SQLite and PostgreSQL. All functions run inside a job of
// sql::database and throw sql::sql_error when the database fails. What belongs to somebody else is not there.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chat::statements {

/// Where a message may be appended.
enum class reach {
  here,             ///< For what a user says.
  deleted_as_well,  ///< For an answer that ends: what was deleted meanwhile may be brought back, and has it then.
};

/// Appends what was said just now, and returns its number; nullopt when the owner has no such conversation. It is shown
/// from now on, it moves the conversation's `updated_at` (never back), and gives it a title if it has none and a user
/// speaks. sql::failure::constraint when its parent is not before it; numbers have no gaps, so one that is before is
/// there.
std::optional<std::int64_t> append_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                           const message& what, reach where = reach::here);

/// Appends what comes from elsewhere with its conversation: the same, but times and title stay. `words`: of words_of.
std::optional<std::int64_t> bring_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                          const message& what, const std::string& words);
/// The same for many: takes `count` numbers (at least one) and returns the first; nullopt when the owner has no such
/// conversation. Each is to be used in this transaction, the last one is shown. Databases that keep the versions of a
/// row until a transaction ends would become slow by taking one at a time.
std::optional<std::int64_t> take_numbers(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                         std::int64_t count);
/// `place`: see add_words.
void bring_numbered(sql::session& in, const base::user_id& owner, const conversation_id& to, std::int64_t number,
                    const message& what, const std::string& words, std::optional<std::int64_t> place = std::nullopt);

std::optional<numbered_message> find_message(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                             std::int64_t number);

/// At most `limit` in the order of their numbers, from the first behind `after` on; of all branches.
std::vector<numbered_message> list_messages(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                            std::int64_t after, std::int64_t limit);

/// How much of a branch; its last message is there in any case.
struct branch_limits {
  std::int64_t bytes = most_text_at_once;
  std::int64_t messages = 1'000'000;
};
/// The branch up to this message, it included, in the order of the numbers: as many of the last ones as fit. Empty when
/// there is no such message. Walks up from message to message: costs what it returns, however long the conversation is.
std::vector<numbered_message> branch_up_to(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                           std::int64_t number, const branch_limits& limits);
/// The numbers alone, of the whole branch.
std::vector<std::int64_t> way_to(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                 std::int64_t number);

struct sibling {
  std::int64_t parent = 0;  ///< 0: it begins the conversation.
  std::int64_t number = 0;
};
/// All children of the parents that the messages `first` to `last` of one branch have (as branch_up_to returned them),
/// in the order of their numbers, at most `limit`.
std::vector<sibling> siblings_on_way(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                     std::int64_t first, std::int64_t last, std::int64_t limit);

/// Shows the branch through this message and on, always by the latest, to its end. False when there is no such message,
/// or the conversation is not here.
bool show_branch(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number);
/// Shows the branch up to this message.
bool show_message(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number);

}  // namespace kontor::chat::statements
