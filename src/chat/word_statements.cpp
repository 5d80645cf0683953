#include "chat/word_statements.hpp"

#include "base/text.hpp"
#include "chat/words.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kontor::chat::statements {
namespace {

// So many pages of the index are written anew per call: some milliseconds.
constexpr std::string_view begin_merging = "INSERT INTO message_search (message_search, rank) VALUES ('merge', -200)";
constexpr std::string_view merge_more = "INSERT INTO message_search (message_search, rank) VALUES ('merge', 200)";

constexpr std::string_view insert_sqlite =
    "INSERT INTO message_words (place, user_id, conversation_id, number, words)"
    " VALUES (:place, :owner, :conversation, :number, :words)";
constexpr std::string_view index_sqlite =
    "INSERT INTO message_search (rowid, words)"
    " SELECT place, replace(words, ' ', ' ' || :mark) FROM message_words"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = :number";
constexpr std::string_view insert_postgresql =
    "INSERT INTO message_words (user_id, conversation_id, number, words) VALUES (:owner, :conversation, :number,"
    " array_to_tsvector(string_to_array(substr(replace(CAST(:words AS TEXT), ' ', ' ' || CAST(:mark AS TEXT)), 2),"
    " ' ')))";

// What FTS5 calls the command by which an index without text forgets a row: it is told the text again.
constexpr std::string_view forget_title =
    "INSERT INTO message_search (message_search, rowid, words)"
    " SELECT 'delete', place, replace(words, ' ', ' ' || :mark) FROM message_words"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = 0";
constexpr std::string_view forget_conversation =
    "INSERT INTO message_search (message_search, rowid, words)"
    " SELECT 'delete', place, replace(words, ' ', ' ' || :mark) FROM message_words"
    " WHERE user_id = :owner AND conversation_id = :conversation";
constexpr std::string_view forget_all =
    "INSERT INTO message_search (message_search, rowid, words)"
    " SELECT 'delete', place, replace(words, ' ', ' ' || :mark) FROM message_words WHERE user_id = :owner";

constexpr sql::query<std::int64_t> count_changes{"SELECT total_changes()"};

// The latest places of the words, in which conversations they are, and which of these have the latest messages. Each
// conversation is looked up once, however many places are in it, and titles are read of those that are left.
using found_row = sql::query<conversation_id, std::string, base::timestamp, std::int64_t>;
constexpr found_row find_sqlite{
    "SELECT c.id, c.title, c.updated_at, f.number FROM (SELECT g.id, g.number, c.updated_at FROM"
    " (SELECT id, MAX(number) AS number FROM (SELECT w.conversation_id AS id, w.number AS number FROM message_search"
    " CROSS JOIN message_words w ON w.place = message_search.rowid"
    " WHERE message_search MATCH :wanted AND w.user_id = :owner AND w.conversation_id NOT IN"
    " (SELECT id FROM conversations WHERE user_id = :owner AND deleted_at IS NOT NULL)"
    " ORDER BY message_search.rowid DESC LIMIT :places) GROUP BY id) g"
    " CROSS JOIN conversations c ON c.user_id = :owner AND c.id = g.id"
    " ORDER BY c.updated_at DESC, c.id DESC LIMIT :row_limit) f"
    " CROSS JOIN conversations c ON c.user_id = :owner AND c.id = f.id ORDER BY c.updated_at DESC, c.id DESC"};
constexpr std::int64_t most_places = 10'000;
constexpr sql::query<std::int64_t> select_first_place{"SELECT place FROM message_words ORDER BY place LIMIT 1"};

// PostgreSQL is asked in one of two ways. What stands in few places is looked up in the index of words; of what stands
// in many, sorting all places would take longest, so the conversations are gone through from the latest on. Which it
// is, is counted first, up to the limit; never by reading the table to its end, whatever the planner thinks of its
// beginning.
constexpr sql::query<std::string> use_indexes{"SELECT set_config('enable_seqscan', 'off', true)"};
constexpr sql::query<std::int64_t> probe_postgresql{
    "SELECT number FROM message_words WHERE words @@ CAST(:wanted AS tsquery) AND user_id = :owner LIMIT :row_limit"};
constexpr found_row find_in_few_places{
    "SELECT DISTINCT ON (c.updated_at, c.id) c.id, c.title, c.updated_at, w.number FROM message_words w"
    " JOIN conversations c ON c.user_id = w.user_id AND c.id = w.conversation_id"
    " WHERE w.words @@ CAST(:wanted AS tsquery) AND w.user_id = :owner AND c.deleted_at IS NULL"
    " ORDER BY c.updated_at DESC, c.id DESC, w.number DESC LIMIT :row_limit"};
constexpr found_row find_in_many_places{
    "SELECT c.id, c.title, c.updated_at, w.number FROM (SELECT id, title, updated_at FROM conversations"
    " WHERE user_id = :owner AND deleted_at IS NULL ORDER BY updated_at DESC, id DESC OFFSET 0) c"
    " CROSS JOIN LATERAL (SELECT m.number FROM message_words m WHERE m.user_id = :owner AND m.conversation_id = c.id"
    " AND m.words @@ CAST(:wanted AS tsquery) ORDER BY m.number DESC LIMIT 1) w"
    " ORDER BY c.updated_at DESC, c.id DESC LIMIT :row_limit"};
constexpr std::int64_t places_at_once = 1000;

bool is_sqlite(const sql::session& in) noexcept {
  return in.database_kind() == sql::kind::sqlite;
}

// Words are letters and digits, so nothing in them means anything to either database.
std::string to_query(bool for_sqlite, const std::string& mark, std::span<const std::string> words) {
  const char quote = for_sqlite ? '"' : '\'';
  std::string query;
  for (const auto& each : words) {
    if (!query.empty()) query += for_sqlite ? " AND " : " & ";
    ((((query += quote) += mark) += each) += quote);
  }
  // A single letter would be the beginning of half of all words.
  if (base::count_code_points(words.back()) > 1) query += for_sqlite ? "*" : ":*";
  return query;
}

std::vector<place> to_places(auto&& rows) {
  std::vector<place> places;
  places.reserve(rows.size());
  for (auto& [id, title, updated_at, number] : rows)
    places.push_back({.conversation = id, .title = std::move(title), .updated_at = updated_at, .number = number});
  return places;
}

std::vector<place> find_by_count(sql::session& in, const base::user_id& owner, const std::string& wanted,
                                 std::int64_t limit) {
  (void)in.first(use_indexes);
  const auto some =
      in.all(probe_postgresql, {{"wanted", wanted}, {"owner", owner}, {"row_limit", places_at_once}}).size();
  const bool are_few = static_cast<std::int64_t>(some) < places_at_once;
  return to_places(in.all(are_few ? find_in_few_places : find_in_many_places,
                          {{"wanted", wanted}, {"owner", owner}, {"row_limit", limit}}));
}

}  // namespace

std::string mark_of(const base::user_id& owner) {
  auto text = owner.str();
  std::erase(text, '-');
  return text.substr(0, owner_mark_length);
}

void add_words(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number,
               std::string_view words, std::optional<std::int64_t> place) {
  if (words.empty()) return;  // PostgreSQL would be told of one word that is empty.
  const auto mark = mark_of(owner);
  if (!is_sqlite(in)) {
    in.execute(insert_postgresql,
               {{"owner", owner}, {"conversation", of}, {"number", number}, {"words", words}, {"mark", mark}});
    return;
  }
  in.execute(insert_sqlite,
             {{"place", place}, {"owner", owner}, {"conversation", of}, {"number", number}, {"words", words}});
  in.execute(index_sqlite, {{"owner", owner}, {"conversation", of}, {"number", number}, {"mark", mark}});
}

std::optional<std::int64_t> place_before_all(sql::session& in, std::int64_t count) {
  if (!is_sqlite(in)) return std::nullopt;
  const auto first = in.first(select_first_place);
  // Those from 1 on are the database's own, and none of them is given twice.
  return std::min<std::int64_t>(first ? std::get<0>(*first) : 1, 1) - count;
}

void remove_title_words(sql::session& in, const base::user_id& owner, const conversation_id& of) {
  if (is_sqlite(in)) in.execute(forget_title, {{"owner", owner}, {"conversation", of}, {"mark", mark_of(owner)}});
  in.execute("DELETE FROM message_words WHERE user_id = :owner AND conversation_id = :conversation AND number = 0",
             {{"owner", owner}, {"conversation", of}});
}

void remove_words(sql::session& in, const base::user_id& owner, const conversation_id& of) {
  if (is_sqlite(in))
    in.execute(forget_conversation, {{"owner", owner}, {"conversation", of}, {"mark", mark_of(owner)}});
  in.execute("DELETE FROM message_words WHERE user_id = :owner AND conversation_id = :conversation",
             {{"owner", owner}, {"conversation", of}});
}

void remove_all_words(sql::session& in, const base::user_id& owner) {
  if (is_sqlite(in)) in.execute(forget_all, {{"owner", owner}, {"mark", mark_of(owner)}});
  in.execute("DELETE FROM message_words WHERE user_id = :owner", {{"owner", owner}});
}

void begin_tidying(sql::session& in) {
  if (is_sqlite(in)) in.execute(begin_merging);
}

bool go_on_tidying(sql::session& in) {
  if (!is_sqlite(in)) return true;
  const auto before = std::get<0>(in.first(count_changes).value());
  in.execute(merge_more);
  // So it is told that nothing was left to do: https://www.sqlite.org/fts5.html#the_merge_command.
  return std::get<0>(in.first(count_changes).value()) - before < 2;
}

std::vector<place> find_places(sql::session& in, const base::user_id& owner, std::span<const std::string> words,
                               std::int64_t limit) {
  if (words.empty()) return {};
  const auto wanted = to_query(is_sqlite(in), mark_of(owner), words);
  if (is_sqlite(in))
    return to_places(
        in.all(find_sqlite, {{"wanted", wanted}, {"owner", owner}, {"places", most_places}, {"row_limit", limit}}));
  return find_by_count(in, owner, wanted, limit);
}

}  // namespace kontor::chat::statements
