#include "chat/conversation_statements.hpp"

#include "chat/word_statements.hpp"
#include "chat/words.hpp"

#include <string>
#include <tuple>
#include <utility>

namespace kontor::chat::statements {
namespace {

using maybe_number = std::optional<std::int64_t>;
using maybe_time = std::optional<base::timestamp>;

using head = sql::query<conversation_id, std::string, base::timestamp, base::timestamp, bool, std::int64_t,
                        std::int64_t, maybe_number, maybe_time>;
constexpr head select_here{
    "SELECT id, title, created_at, updated_at, pinned, last_number, last_seq, leaf, deleted_at FROM conversations"
    " WHERE user_id = :owner AND id = :id AND deleted_at IS NULL"};
constexpr head select_deleted{
    "SELECT id, title, created_at, updated_at, pinned, last_number, last_seq, leaf, deleted_at FROM conversations"
    " WHERE user_id = :owner AND id = :id AND deleted_at IS NOT NULL"};
constexpr head page_here{
    "SELECT id, title, created_at, updated_at, pinned, last_number, last_seq, leaf, deleted_at FROM conversations"
    " WHERE user_id = :owner AND deleted_at IS NULL AND (pinned, updated_at, id) < (:pinned, :updated_at, :id)"
    " ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT :row_limit"};
constexpr head page_deleted{
    "SELECT id, title, created_at, updated_at, pinned, last_number, last_seq, leaf, deleted_at FROM conversations"
    " WHERE user_id = :owner AND deleted_at IS NOT NULL AND (pinned, updated_at, id) < (:pinned, :updated_at, :id)"
    " ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT :row_limit"};
constexpr head select_all{
    "SELECT id, title, created_at, updated_at, pinned, last_number, last_seq, leaf, deleted_at FROM conversations"
    " WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};
constexpr sql::query<std::int64_t> select_seq{
    "SELECT last_seq FROM conversations WHERE user_id = :owner AND id = :conversation"};
constexpr sql::query<base::user_id, conversation_id> select_to_purge{
    "SELECT user_id, id FROM conversations WHERE deleted_at IS NOT NULL AND deleted_at < :before"
    " ORDER BY deleted_at LIMIT :row_limit"};

template <class Row>
conversation to_conversation(Row&& row) {
  auto& [id, title, created_at, updated_at, is_pinned, last_number, last_seq, leaf, deleted_at] = row;
  return {.id = id,
          .title = std::move(title),
          .created_at = created_at,
          .updated_at = updated_at,
          .is_pinned = is_pinned,
          .messages = last_number,
          .last_seq = last_seq,
          .leaf = leaf,
          .deleted_at = deleted_at};
}

std::vector<conversation> to_conversations(auto&& rows) {
  std::vector<conversation> listed;
  listed.reserve(rows.size());
  for (auto& row : rows)
    listed.push_back(to_conversation(row));
  return listed;
}

}  // namespace

bool insert_conversation(sql::session& in, const base::user_id& owner, const conversation& what,
                         std::optional<std::int64_t> place) {
  const bool is_new =
      in.execute(
          "INSERT INTO conversations (user_id, id, title, pinned, last_number, last_seq, created_at, updated_at)"
          " VALUES (:owner, :id, :title, :pinned, 0, 0, :created_at, :updated_at) ON CONFLICT DO NOTHING",
          {{"owner", owner},
           {"id", what.id},
           {"title", what.title},
           {"pinned", what.is_pinned},
           {"created_at", what.created_at},
           {"updated_at", what.updated_at}}) == 1;
  if (is_new) add_words(in, owner, what.id, of_title, words_of(what.title), place);
  return is_new;
}

std::optional<conversation> find_conversation(sql::session& in, const base::user_id& owner,
                                              const conversation_id& which, standing how) {
  auto found = in.first(how == standing::here ? select_here : select_deleted, {{"owner", owner}, {"id", which}});
  if (!found) return std::nullopt;
  return to_conversation(*found);
}

std::vector<conversation> list_page(sql::session& in, const base::user_id& owner, standing how, const list_place& after,
                                    std::int64_t limit) {
  return to_conversations(in.all(how == standing::here ? page_here : page_deleted, {{"owner", owner},
                                                                                    {"pinned", after.pinned},
                                                                                    {"updated_at", after.updated_at},
                                                                                    {"id", after.id},
                                                                                    {"row_limit", limit}}));
}

std::vector<conversation> list_conversations(sql::session& in, const base::user_id& owner, std::string_view after,
                                             std::int64_t limit) {
  return to_conversations(in.all(select_all, {{"owner", owner}, {"after", after}, {"row_limit", limit}}));
}

bool rename(sql::session& in, const base::user_id& owner, const conversation_id& which, std::string_view title) {
  if (in.execute("UPDATE conversations SET title = :title WHERE user_id = :owner AND id = :id AND deleted_at IS NULL",
                 {{"owner", owner}, {"id", which}, {"title", title}}) != 1)
    return false;
  remove_title_words(in, owner, which);
  add_words(in, owner, which, of_title, words_of(title));
  return true;
}

bool pin(sql::session& in, const base::user_id& owner, const conversation_id& which, bool is_pinned) {
  return in.execute(
             "UPDATE conversations SET pinned = :pinned WHERE user_id = :owner AND id = :id AND deleted_at IS NULL",
             {{"owner", owner}, {"id", which}, {"pinned", is_pinned}}) == 1;
}

bool mark_deleted(sql::session& in, const base::user_id& owner, const conversation_id& which, base::timestamp now) {
  return in.execute(
             "UPDATE conversations SET deleted_at = :now WHERE user_id = :owner AND id = :id AND deleted_at IS NULL",
             {{"owner", owner}, {"id", which}, {"now", now}}) == 1;
}

bool restore(sql::session& in, const base::user_id& owner, const conversation_id& which, base::timestamp since) {
  return in.execute(
             "UPDATE conversations SET deleted_at = NULL"
             " WHERE user_id = :owner AND id = :id AND deleted_at IS NOT NULL AND deleted_at >= :since",
             {{"owner", owner}, {"id", which}, {"since", since}}) == 1;
}

bool remove(sql::session& in, const base::user_id& owner, const conversation_id& which) {
  remove_words(in, owner, which);
  return in.execute("DELETE FROM conversations WHERE user_id = :owner AND id = :id",
                    {{"owner", owner}, {"id", which}}) == 1;
}

std::vector<owned_conversation> list_to_purge(sql::session& in, base::timestamp before, std::int64_t limit) {
  std::vector<owned_conversation> listed;
  for (const auto& [owner, id] : in.all(select_to_purge, {{"before", before}, {"row_limit", limit}}))
    listed.push_back({.owner = owner, .id = id});
  return listed;
}

bool purge(sql::session& in, const owned_conversation& which, base::timestamp before) {
  // First the row, which stays ours, so that nobody brings it back in between.
  if (in.execute("UPDATE conversations SET deleted_at = deleted_at"
                 " WHERE user_id = :owner AND id = :id AND deleted_at IS NOT NULL AND deleted_at < :before",
                 {{"owner", which.owner}, {"id", which.id}, {"before", before}}) != 1)
    return false;
  return remove(in, which.owner, which.id);
}

std::optional<std::int64_t> take_seq(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                     std::int64_t count) {
  if (in.execute("UPDATE conversations SET last_seq = last_seq + :count WHERE user_id = :owner AND id = :conversation",
                 {{"owner", owner}, {"conversation", of}, {"count", count}}) != 1)
    return std::nullopt;
  return std::get<0>(in.first(select_seq, {{"owner", owner}, {"conversation", of}}).value());
}

}  // namespace kontor::chat::statements
