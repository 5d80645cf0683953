#include "chat/chat_export.hpp"

#include "chat/conversation_statements.hpp"

#include <array>
#include <charconv>
#include <tuple>
#include <utility>

namespace kontor::chat {
namespace {

using maybe_number = std::optional<std::int64_t>;
using maybe_text = std::optional<std::string>;

// Messages can be long, and a page is held in memory.
constexpr std::int64_t messages_at_once = 50;

// One place behind which to go on: a conversation, and a number in it.
constexpr sql::query<std::string, std::int64_t, maybe_number, std::string, std::string, maybe_text, base::timestamp,
                     maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, maybe_text, maybe_text,
                     std::optional<bool>>
    select_page{
        "SELECT conversation_id, number, parent, role, content, metadata, created_at, agent_name, finish, failure,"
        " token_usage, tool_calls, tool_call_id, tool_name, chart_id, is_good FROM messages"
        " WHERE user_id = :owner AND (conversation_id, number) > (:conversation, :number)"
        " ORDER BY conversation_id, number LIMIT :row_limit"};

class conversation_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "conversations"; }
  std::string_view in_german() const override { return "die Gespräche, ohne ihre Nachrichten"; }
  std::string_view in_english() const override { return "the conversations, without their messages"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"conversations"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 7> names = {"id",         "title",      "pinned",    "shown",
                                                              "created_at", "updated_at", "deleted_at"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    takeout::page out;
    for (auto& listed : statements::list_conversations(in, owner, from.value_or(""), takeout::page_size)) {
      out.next = listed.id.str();
      out.rows.push_back({listed.id.str(), std::move(listed.title), listed.is_pinned, takeout::to_field(listed.leaf),
                          listed.created_at, listed.updated_at, takeout::to_field(listed.deleted_at)});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < takeout::page_size) out.next.reset();
    return out;
  }
};

class message_source final : public takeout::export_source {
 public:
  std::string_view name() const override { return "messages"; }
  std::string_view in_german() const override { return "die Nachrichten der Gespräche"; }
  std::string_view in_english() const override { return "the messages of the conversations"; }
  std::span<const std::string_view> tables() const override {
    static constexpr std::array<std::string_view, 1> names = {"messages"};
    return names;
  }
  std::span<const std::string_view> columns() const override {
    static constexpr std::array<std::string_view, 16> names = {
        "conversation_id", "number",     "parent",   "role",    "content",     "metadata",
        "created_at",      "agent_name", "finish",   "failure", "token_usage", "tool_calls",
        "tool_call_id",    "tool_name",  "chart_id", "is_good"};
    return names;
  }
  takeout::page read(sql::session& in, const base::user_id& owner,
                     const std::optional<std::string>& from) const override {
    // As written below: 36 characters, a blank, the number.
    const auto place = from.value_or("");
    std::int64_t number = 0;
    if (place.size() > 37) std::from_chars(place.data() + 37, place.data() + place.size(), number);
    takeout::page out;
    for (auto& row : in.all(select_page, {{"owner", owner},
                                          {"conversation", place.substr(0, 36)},
                                          {"number", number},
                                          {"row_limit", messages_at_once}})) {
      auto& [conversation, at, parent, role, content, metadata, created, agent, finish, failure, usage, calls, call_id,
             tool, chart, is_good] = row;
      out.next = conversation + " " + std::to_string(at);
      out.rows.push_back({std::move(conversation), at, takeout::to_field(parent), std::move(role), std::move(content),
                          takeout::to_field(metadata), created, takeout::to_field(agent), takeout::to_field(finish),
                          takeout::to_field(failure), takeout::to_field(usage), takeout::to_field(calls),
                          takeout::to_field(call_id), takeout::to_field(tool), takeout::to_field(chart),
                          takeout::to_field(is_good)});
    }
    if (static_cast<std::int64_t>(out.rows.size()) < messages_at_once) out.next.reset();
    return out;
  }
};

}  // namespace

const takeout::export_source& conversation_export() {
  static const conversation_source only;
  return only;
}

const takeout::export_source& message_export() {
  static const message_source only;
  return only;
}

}  // namespace kontor::chat
