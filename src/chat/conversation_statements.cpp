#include "chat/conversation_statements.hpp"

#include <string>
#include <tuple>
#include <utility>

namespace kontor::chat::statements {
namespace {

using maybe_number = std::optional<std::int64_t>;
using maybe_text = std::optional<std::string>;

constexpr sql::query<conversation_id, std::string, base::timestamp, base::timestamp> select_conversations{
    "SELECT id, title, created_at, updated_at FROM conversations WHERE user_id = :owner AND id > :after"
    " ORDER BY id LIMIT :row_limit"};
constexpr sql::query<std::int64_t, maybe_number, std::string, std::string, maybe_text, base::timestamp> select_messages{
    "SELECT number, parent, role, content, metadata, created_at FROM messages"
    " WHERE user_id = :owner AND conversation_id = :conversation AND number > :after ORDER BY number LIMIT :row_limit"};
constexpr sql::query<std::int64_t> select_last{
    "SELECT last_number FROM conversations WHERE user_id = :owner AND id = :conversation"};

}  // namespace

bool insert_conversation(sql::session& in, const base::user_id& owner, const conversation& what) {
  return in.execute(
             "INSERT INTO conversations (user_id, id, title, last_number, created_at, updated_at)"
             " VALUES (:owner, :id, :title, 0, :created_at, :updated_at) ON CONFLICT DO NOTHING",
             {{"owner", owner},
              {"id", what.id},
              {"title", what.title},
              {"created_at", what.created_at},
              {"updated_at", what.updated_at}}) == 1;
}

std::optional<std::int64_t> append_message(sql::session& in, const base::user_id& owner, const conversation_id& to,
                                           const message& what) {
  // The row stays ours until the end of the transaction, and with it the number.
  if (in.execute("UPDATE conversations SET last_number = last_number + 1 WHERE user_id = :owner AND id = :conversation",
                 {{"owner", owner}, {"conversation", to}}) != 1)
    return std::nullopt;
  const auto number = std::get<0>(in.first(select_last, {{"owner", owner}, {"conversation", to}}).value());
  in.execute(
      "INSERT INTO messages (user_id, conversation_id, number, parent, role, content, metadata, created_at)"
      " VALUES (:owner, :conversation, :number, :parent, :role, :content, :metadata, :created_at)",
      {{"owner", owner},
       {"conversation", to},
       {"number", number},
       {"parent", what.parent},
       {"role", what.role},
       {"content", what.content},
       {"metadata", what.metadata},
       {"created_at", what.created_at}});
  return number;
}

std::vector<conversation> list_conversations(sql::session& in, const base::user_id& owner, std::string_view after,
                                             std::int64_t limit) {
  std::vector<conversation> listed;
  for (auto& [id, title, created_at, updated_at] :
       in.all(select_conversations, {{"owner", owner}, {"after", after}, {"row_limit", limit}}))
    listed.push_back({.id = id, .title = std::move(title), .created_at = created_at, .updated_at = updated_at});
  return listed;
}

std::vector<numbered_message> list_messages(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                            std::int64_t after, std::int64_t limit) {
  std::vector<numbered_message> listed;
  for (auto& [number, parent, role, content, metadata, created_at] :
       in.all(select_messages, {{"owner", owner}, {"conversation", of}, {"after", after}, {"row_limit", limit}}))
    listed.push_back({.number = number,
                      .what = {.parent = parent,
                               .role = std::move(role),
                               .content = std::move(content),
                               .metadata = std::move(metadata),
                               .created_at = created_at}});
  return listed;
}

}  // namespace kontor::chat::statements
