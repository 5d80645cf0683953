#include "run/told_message.hpp"

#include "chat/message_statements.hpp"
#include "chat/tool_calls.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"

#include <utility>
#include <vector>

namespace kontor::run {
namespace {

// More than that nobody pages through.
constexpr std::int64_t most_siblings = 1000;

std::optional<usage> parse_usage(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto parsed = json::parse(*text);
  if (!parsed) return std::nullopt;
  json::object_reader in(*parsed);
  const usage out{.input_tokens = in.required_integer("input_tokens"),
                  .output_tokens = in.required_integer("output_tokens"),
                  .is_estimated = in.required_boolean("estimated")};
  if (!in.finish()) return std::nullopt;
  return out;
}

}  // namespace

std::string message_json(const chat::numbered_message& what, std::span<const std::int64_t> siblings) {
  const auto& message = what.what;
  json::writer out;
  out.begin_object().member("number", what.number);
  if (message.parent) out.member("parent", *message.parent);
  if (siblings.size() > 1) {
    out.begin_array("siblings");
    for (const auto number : siblings)
      out.element(number);
    out.end_array();
  }
  out.member("role", message.role).long_member("content", message.content);
  if (message.agent_name) out.member("agent_name", *message.agent_name);
  out.member("timestamp", base::to_rfc3339(message.created_at));
  if (message.finish) out.member("finish", *message.finish);
  if (message.failure) out.json_member("failure", *message.failure);
  if (message.token_usage) out.json_member("usage", *message.token_usage);
  chat::write_tool_members(out, message);
  out.end_object();
  return std::move(out).str();
}

std::optional<told_message> find_told(sql::session& in, const base::user_id& owner, const chat::conversation_id& of,
                                      std::int64_t number) {
  auto found = chat::statements::find_message(in, owner, of, number);
  if (!found) return std::nullopt;
  std::vector<std::int64_t> siblings;
  for (const auto& one : chat::statements::siblings_on_way(in, owner, of, number, number, most_siblings))
    siblings.push_back(one.number);
  told_message out{.json = message_json(*found, siblings), .content = {}};
  out.how = parse_finish(found->what.finish.value_or("")).value_or(finish::complete);
  out.used = parse_usage(found->what.token_usage);
  out.agent = std::move(found->what.agent_name).value_or("");
  out.content = std::move(found->what.content);
  out.row = std::move(*found);
  return out;
}

}  // namespace kontor::run
