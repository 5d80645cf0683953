#include "chat/message_statements.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/tool_calls.hpp"
#include "chat/word_statements.hpp"
#include "chat/words.hpp"

#include <tuple>
#include <utility>

namespace kontor::chat::statements {
namespace {

using maybe_number = std::optional<std::int64_t>;
using maybe_text = std::optional<std::string>;

using row =
    sql::query<std::int64_t, maybe_number, std::string, std::string, maybe_text, base::timestamp, maybe_text,
               maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, std::optional<bool>>;
#define KONTOR_SELECT_MESSAGE                                                                                  \
  "SELECT m.number, m.parent, m.role, m.content, m.metadata, m.created_at, m.agent_name, m.finish, m.failure," \
  " m.token_usage, m.tool_calls, m.tool_call_id, m.tool_name, m.chart_id, m.is_good"
constexpr row select_message{
    KONTOR_SELECT_MESSAGE
    " FROM messages m WHERE user_id = :owner AND conversation_id = :conversation AND number = :number"};
constexpr row select_messages{
    KONTOR_SELECT_MESSAGE
    " FROM messages m WHERE user_id = :owner AND conversation_id = :conversation AND number > :after"
    " ORDER BY number LIMIT :row_limit"};
// Only numbers and lengths are carried along; the texts are read of what is left in the end. The way is gone step by
// step through the primary key: as a join PostgreSQL may read the whole conversation at every step, because it guesses
// that there are few messages. For the same reason what is on the way is picked out of all messages from its beginning
// on, in one go, by a condition and not by a join: IS TRUE keeps PostgreSQL from making one of it, which would compare
// each message of the page with each.
#define KONTOR_OF_NEXT \
  " FROM messages m WHERE m.user_id = :owner AND m.conversation_id = :conversation AND m.number = w.parent)"
#define KONTOR_PARENT_OF_NEXT "(SELECT COALESCE(m.parent, 0)" KONTOR_OF_NEXT
#define KONTOR_BYTES_OF_NEXT "(SELECT m.bytes" KONTOR_OF_NEXT
constexpr row select_branch{
    "WITH RECURSIVE way (number, parent, bytes, steps) AS ("
    " SELECT number, COALESCE(parent, 0), bytes, 1 FROM messages"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = :number"
    " UNION ALL SELECT w.parent, " KONTOR_PARENT_OF_NEXT ", w.bytes + " KONTOR_BYTES_OF_NEXT
    ", w.steps + 1 FROM way w"
    " WHERE w.parent > 0 AND w.steps < :row_limit AND w.bytes <= :bytes)"
    " " KONTOR_SELECT_MESSAGE
    " FROM messages m WHERE m.user_id = :owner AND m.conversation_id = :conversation"
    " AND m.number BETWEEN (SELECT MIN(number) FROM way) AND :number"
    " AND (m.number IN (SELECT w.number FROM way w WHERE w.steps = 1 OR w.bytes <= :bytes)) IS TRUE"
    " ORDER BY m.number"};
constexpr sql::query<std::int64_t> select_way{
    "WITH RECURSIVE way (number, parent) AS ("
    " SELECT number, COALESCE(parent, 0) FROM messages"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = :number"
    " UNION ALL SELECT w.parent, " KONTOR_PARENT_OF_NEXT
    " FROM way w WHERE w.parent > 0)"
    " SELECT number FROM way ORDER BY number"};
constexpr sql::query<std::int64_t, std::int64_t> select_siblings{
    "WITH RECURSIVE way (number, parent) AS ("
    " SELECT number, COALESCE(parent, 0) FROM messages"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = :last"
    " UNION ALL SELECT w.parent, " KONTOR_PARENT_OF_NEXT
    " FROM way w WHERE w.parent > 0 AND w.number > :first)"
    " SELECT COALESCE(s.parent, 0), s.number FROM messages s"
    " WHERE s.user_id = :owner AND s.conversation_id = :conversation AND s.number > (SELECT MIN(parent) FROM way)"
    " AND (COALESCE(s.parent, 0) IN (SELECT w.parent FROM way w)) IS TRUE"
    " ORDER BY s.number LIMIT :row_limit"};
#undef KONTOR_BYTES_OF_NEXT
#undef KONTOR_SELECT_MESSAGE
#undef KONTOR_PARENT_OF_NEXT
#undef KONTOR_OF_NEXT
constexpr sql::query<maybe_number> select_end{
    "WITH RECURSIVE way (number) AS ("
    " SELECT MAX(number) FROM messages"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number = :number"
    " UNION ALL SELECT (SELECT MAX(m.number) FROM messages m"
    " WHERE m.user_id = :owner AND m.conversation_id = :conversation AND COALESCE(m.parent, 0) = w.number)"
    " FROM way w WHERE w.number IS NOT NULL)"
    " SELECT MAX(number) FROM way"};
constexpr sql::query<std::int64_t> select_last{
    "SELECT last_number FROM conversations WHERE user_id = :owner AND id = :conversation"};

// The row stays ours until the end of the transaction, and with it the number.
constexpr std::string_view take_number_here =
    "UPDATE conversations SET last_number = last_number + 1, leaf = last_number + 1,"
    " updated_at = CASE WHEN updated_at < :at THEN :at ELSE updated_at END"
    " WHERE user_id = :owner AND id = :conversation AND deleted_at IS NULL";
constexpr std::string_view take_number_anywhere =
    "UPDATE conversations SET last_number = last_number + 1, leaf = last_number + 1,"
    " updated_at = CASE WHEN updated_at < :at THEN :at ELSE updated_at END"
    " WHERE user_id = :owner AND id = :conversation";
constexpr std::string_view take_numbers_in_order =
    "UPDATE conversations SET last_number = last_number + :count, leaf = last_number + :count"
    " WHERE user_id = :owner AND id = :conversation";

template <class Row>
numbered_message to_message(Row& from) {
  auto& [number, parent, role, content, metadata, created_at, agent_name, finish, failure, token_usage, tool_calls,
         tool_call_id, tool_name, chart, is_good] = from;
  return {.number = number,
          .what = {.parent = parent,
                   .role = std::move(role),
                   .content = std::move(content),
                   .metadata = std::move(metadata),
                   .created_at = created_at,
                   .agent_name = std::move(agent_name),
                   .finish = std::move(finish),
                   .failure = std::move(failure),
                   .token_usage = std::move(token_usage),
                   .tool_calls = std::move(tool_calls),
                   .tool_call_id = std::move(tool_call_id),
                   .tool_name = std::move(tool_name),
                   .chart = std::move(chart),
                   .is_good = is_good}};
}

std::vector<numbered_message> to_messages(auto&& rows) {
  std::vector<numbered_message> listed;
  listed.reserve(rows.size());
  for (auto& each : rows)
    listed.push_back(to_message(each));
  return listed;
}

std::int64_t last_number_of(sql::session& in, const base::user_id& owner, const conversation_id& of) {
  return std::get<0>(in.first(select_last, {{"owner", owner}, {"conversation", of}}).value());
}

void insert_message(sql::session& in, const base::user_id& owner, const conversation_id& to, std::int64_t number,
                    const message& what, const std::string& words, std::optional<std::int64_t> place = std::nullopt) {
  in.execute(
      "INSERT INTO messages (user_id, conversation_id, number, parent, role, bytes, created_at, agent_name, finish,"
      " failure, token_usage, metadata, tool_calls, tool_call_id, tool_name, chart_id, is_good, content)"
      " VALUES (:owner, :conversation, :number, :parent, :role, :bytes, :created_at, :agent_name, :finish,"
      " :failure, :token_usage, :metadata, :tool_calls, :tool_call_id, :tool_name, :chart, :is_good, :content)",
      {{"owner", owner},
       {"conversation", to},
       {"number", number},
       {"parent", what.parent},
       {"role", what.role},
       {"bytes", static_cast<std::int64_t>(what.content.size() + (what.tool_calls ? what.tool_calls->size() : 0))},
       {"created_at", what.created_at},
       {"agent_name", what.agent_name},
       {"finish", what.finish},
       {"failure", what.failure},
       {"token_usage", what.token_usage},
       {"metadata", what.metadata},
       {"tool_calls", what.tool_calls},
       {"tool_call_id", what.tool_call_id},
       {"tool_name", what.tool_name},
       {"chart", what.chart},
       {"is_good", what.is_good},
       {"content", what.content}});
  add_words(in, owner, to, number, words, place);
}

// One that was given a title meanwhile keeps it.
void name_after(sql::session& in, const base::user_id& owner, const conversation_id& which, const std::string& text) {
  const auto title = title_from(text);
  if (in.execute("UPDATE conversations SET title = :title WHERE user_id = :owner AND id = :conversation AND title = ''",
                 {{"owner", owner}, {"conversation", which}, {"title", title}}) != 1)
    return;
  add_words(in, owner, which, of_title, words_of(title));
}

}  // namespace

std::optional<std::int64_t> append_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                           const message& what, reach where) {
  if (in.execute(where == reach::here ? take_number_here : take_number_anywhere,
                 {{"owner", owner}, {"conversation", to}, {"at", what.created_at}}) != 1)
    return std::nullopt;
  const auto number = last_number_of(in, owner, to);
  insert_message(in, owner, to, number, what, searched_words(what));
  if (what.role == "user") name_after(in, owner, to, what.content);
  return number;
}

std::optional<std::int64_t> take_numbers(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                         std::int64_t count) {
  if (in.execute(take_numbers_in_order, {{"owner", owner}, {"conversation", to}, {"count", count}}) != 1)
    return std::nullopt;
  return last_number_of(in, owner, to) - count + 1;
}

void bring_numbered(sql::session& in, const base::user_id& owner, const conversation_id& to, std::int64_t number,
                    const message& what, const std::string& words, std::optional<std::int64_t> place) {
  insert_message(in, owner, to, number, what, words, place);
}

std::optional<std::int64_t> bring_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                          const message& what, const std::string& words) {
  const auto number = take_numbers(in, owner, to, 1);
  if (number) insert_message(in, owner, to, *number, what, words);
  return number;
}

std::optional<numbered_message> find_message(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                             std::int64_t number) {
  auto found = in.first(select_message, {{"owner", owner}, {"conversation", of}, {"number", number}});
  if (!found) return std::nullopt;
  return to_message(*found);
}

std::vector<numbered_message> list_messages(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                            std::int64_t after, std::int64_t limit) {
  return to_messages(
      in.all(select_messages, {{"owner", owner}, {"conversation", of}, {"after", after}, {"row_limit", limit}}));
}

std::vector<numbered_message> branch_up_to(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                           std::int64_t number, const branch_limits& limits) {
  return to_messages(in.all(select_branch, {{"owner", owner},
                                            {"conversation", of},
                                            {"number", number},
                                            {"bytes", limits.bytes},
                                            {"row_limit", limits.messages}}));
}

std::vector<std::int64_t> way_to(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                 std::int64_t number) {
  std::vector<std::int64_t> way;
  for (const auto& [each] : in.all(select_way, {{"owner", owner}, {"conversation", of}, {"number", number}}))
    way.push_back(each);
  return way;
}

std::vector<sibling> siblings_on_way(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                     std::int64_t first, std::int64_t last, std::int64_t limit) {
  std::vector<sibling> found;
  for (const auto& [parent, number] :
       in.all(select_siblings,
              {{"owner", owner}, {"conversation", of}, {"first", first}, {"last", last}, {"row_limit", limit}}))
    found.push_back({.parent = parent, .number = number});
  return found;
}

bool show_branch(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number) {
  const auto end = in.first(select_end, {{"owner", owner}, {"conversation", of}, {"number", number}});
  const auto leaf = end ? std::get<0>(*end) : std::nullopt;
  return leaf && show_message(in, owner, of, *leaf);
}

bool show_message(sql::session& in, const base::user_id& owner, const conversation_id& of, std::int64_t number) {
  return in.execute(
             "UPDATE conversations SET leaf = :number WHERE user_id = :owner AND id = :conversation"
             " AND deleted_at IS NULL AND EXISTS (SELECT 1 FROM messages m"
             " WHERE m.user_id = :owner AND m.conversation_id = :conversation AND m.number = :number)",
             {{"owner", owner}, {"conversation", of}, {"number", number}}) == 1;
}

}  // namespace kontor::chat::statements
