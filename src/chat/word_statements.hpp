// The SQL of what is searched. The two databases look for words in their own ways, so there is a text for each. All
// functions run inside a job of sql::database and throw sql::sql_error when the database fails.
//
// Each word of the index begins with a mark of its owner, so a search reads the words of one account and nobody else's,
// and takes no longer because others have written much. Who owns what is found is decided by the row all the same.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat::statements {

inline constexpr std::int64_t of_title = 0;  ///< Stands for a message's number.

/// The mark of an owner in the index: owner_mark_length letters and digits.
std::string mark_of(const base::user_id& owner);

/// Adds what words_of made of a message or a title. The conversation is there, and has no words under this number.
/// `place`: of place_before_all; without one they come behind all others.
void add_words(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number,
               std::string_view words, std::optional<std::int64_t> place = std::nullopt);

/// SQLite's search looks at the latest places first. For what is older than all that is there: the first of so many
/// free places in a row before all others, of all accounts. They are to be used in their order, and in this
/// transaction. nullopt on PostgreSQL, which has no places.
std::optional<std::int64_t> place_before_all(sql::session& in, std::int64_t count);

/// Takes them away: those of the title, of a whole conversation, of everything somebody has. For SQLite they must go
/// before the rows they belong to, because its index knows of no foreign key.
void remove_title_words(sql::session& in, const base::user_id& owner, const conversation_id& of);
void remove_words(sql::session& in, const base::user_id& owner, const conversation_id& of);
void remove_all_words(sql::session& in, const base::user_id& owner);

/// Of what was removed SQLite's index still has the words, beside a note that they are gone. Brings it into one piece,
/// without them, a bounded part per call, so that others can write in between; `begin` first, then `go_on` until it
/// returns true. Nothing to do on PostgreSQL.
void begin_tidying(sql::session& in);
bool go_on_tidying(sql::session& in);

/// A conversation in which something was found.
struct place {
  conversation_id conversation;
  std::string title;
  base::timestamp updated_at;
  std::int64_t number = of_title;  ///< The latest message in which it stands; of_title when it stands there alone.
};

/// Where all of `words` (of words_to_find) stand in one message or title, the last one also as the beginning of a word
/// unless it is a single letter. At most `limit` conversations, those with the latest messages first; nothing of
/// deleted ones. SQLite looks at the latest 10,000 places alone (see place_before_all).
std::vector<place> find_places(sql::session& in, const base::user_id& owner, std::span<const std::string> words,
                               std::int64_t limit);

}  // namespace kontor::chat::statements
