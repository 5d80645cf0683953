#include "api/bringing_wire.hpp"

#include "base/text.hpp"
#include "chat/conversation_format.hpp"
#include "chat/tool_calls.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

constexpr std::size_t most_conversations = 100'000;
constexpr std::size_t most_errors = 20;

using errors = std::vector<base::field_error>;

void take_errors(json::object_reader& from, errors& into) {
  const auto done = from.finish();
  if (done) return;
  const auto why = done.error();
  into.insert(into.end(), why.fields.begin(), why.fields.end());
}

base::timestamp read_time(json::object_reader& in, std::string_view name) {
  const auto text = in.required_string(name);
  const auto at = base::parse_rfc3339(text);
  if (!at && in.is_good(name)) in.refuse(name, "not_allowed", "A time such as 2026-11-23T06:02:21Z.");
  return at.value_or(base::timestamp());
}

std::string read_name(json::object_reader& in, std::string_view name, std::string text) {
  if (in.is_good(name) && base::count_code_points(text) > chat::max_title)
    in.refuse(name, "too_long", "At most 255 characters.");
  std::erase_if(text, chat::is_control);
  return text;
}

std::string read_content(json::object_reader& in) {
  auto text = in.required_string("content");
  if (text.size() > chat::max_content) in.refuse("content", "too_long", "A message has at most 262,144 bytes.");
  std::erase_if(text, [](char c) { return chat::is_control(c) && c != '\n' && c != '\r' && c != '\t'; });
  return text;
}

chat::brought_message read_message(json::object_reader& in, std::int64_t number) {
  chat::brought_message one;
  auto& what = one.what;
  if (in.required_integer("number") != number && in.is_good("number"))
    in.refuse("number", "not_allowed", "Messages are numbered from 1 without a gap.");
  what.parent = in.optional_integer("parent");
  if (what.parent && in.is_good("parent") && (*what.parent < 1 || *what.parent >= number))
    in.refuse("parent", "not_allowed", "The number of an earlier message.");
  what.role = in.required_string("role");
  if (in.is_good("role") && !chat::is_role(what.role))
    in.refuse("role", "not_allowed", R"(Either "system", "user", "assistant" or "tool".)");
  what.content = read_content(in);
  if (auto name = in.optional_string("agent_name")) what.agent_name = read_name(in, "agent_name", std::move(*name));
  what.created_at = read_time(in, "timestamp");
  what.finish = in.optional_string("finish");
  if (what.finish && in.is_good("finish") && !chat::is_finish(*what.finish))
    in.refuse("finish", "not_allowed", "How an answer ended.");
  chat::read_tool_members(in, what);
  one.words = chat::searched_words(what);
  return one;
}

void read_messages(const boost::json::array& list, const std::string& path, errors& into,
                   std::vector<chat::brought_message>& messages) {
  messages.reserve(list.size());
  for (std::size_t i = 0; i < list.size() && into.size() < most_errors; ++i) {
    json::object_reader in(list[i], path + "/" + std::to_string(i));
    messages.push_back(read_message(in, static_cast<std::int64_t>(i) + 1));
    take_errors(in, into);
  }
}

chat::brought_conversation read_conversation(const boost::json::value& value, const std::string& path, errors& into) {
  chat::brought_conversation one;
  json::object_reader in(value, path);
  const auto id = chat::conversation_id::parse(in.required_string("conversation_id"));
  if (!id && in.is_good("conversation_id")) in.refuse("conversation_id", "not_allowed", "A UUID in lower case.");
  one.head.id = id.value_or(chat::conversation_id());
  one.head.title = read_name(in, "title", in.required_string("title"));
  one.head.is_pinned = in.optional_boolean("pinned").value_or(false);
  one.head.created_at = read_time(in, "created_at");
  one.head.updated_at = read_time(in, "updated_at");
  one.head.leaf = in.optional_integer("shown");
  const auto* messages = in.required_array("messages", chat::most_messages_brought);
  if (one.head.leaf && messages != nullptr && in.is_good("shown") &&
      (*one.head.leaf < 1 || *one.head.leaf > static_cast<std::int64_t>(messages->size())))
    in.refuse("shown", "not_allowed", "The number of one of the messages.");
  take_errors(in, into);
  if (messages != nullptr) read_messages(*messages, path + "/messages", into, one.messages);
  return one;
}

}  // namespace

base::result<std::vector<chat::brought_conversation>> read_conversations(std::string_view body) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  errors wrong;
  std::vector<chat::brought_conversation> all;
  json::object_reader in(*parsed);
  if (in.required_string("format") != chat::file_format_name && in.is_good("format"))
    in.refuse("format", "not_allowed", "A file of conversations, as the export makes it.");
  const auto* list = in.required_array("conversations", most_conversations);
  take_errors(in, wrong);
  for (std::size_t i = 0; list != nullptr && i < list->size() && wrong.size() < most_errors; ++i)
    all.push_back(read_conversation((*list)[i], "/conversations/" + std::to_string(i), wrong));
  if (wrong.empty()) return all;
  if (wrong.size() > most_errors) wrong.resize(most_errors);
  base::error refusal{base::errc::invalid_input, "", "", ""};
  refusal.fields = std::move(wrong);
  return refusal;
}

}  // namespace kontor::api
