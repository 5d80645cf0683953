#include "chat/conversation_format.hpp"

#include "chat/tool_calls.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace kontor::chat {
namespace {

// `2026-11-26 06:14 UTC`
std::string to_minutes(base::timestamp at) {
  auto text = base::to_rfc3339(at).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text + " UTC";
}

std::string speaker_of(const message& what) {
  if (what.role == "user") return "You";
  if (what.role == "assistant") return what.agent_name ? "Assistant (" + *what.agent_name + ")" : "Assistant";
  if (what.role == "system") return "System";
  return what.tool_name ? "Tool (" + *what.tool_name + ")" : "Tool";
}

// On one line and as it stands: a title is no markup.
std::string escaped(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (std::string_view("\\`*_[]<>#|&").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

}  // namespace

std::string json_beginning_of(const conversation& head) {
  json::writer out;
  out.begin_object();
  out.member("conversation_id", head.id.text()).member("title", head.title).member("pinned", head.is_pinned);
  out.member("created_at", base::to_rfc3339(head.created_at)).member("updated_at", base::to_rfc3339(head.updated_at));
  if (head.leaf) out.member("shown", *head.leaf);
  out.begin_array("messages");
  return std::move(out).str();
}

std::string json_of(const numbered_message& what) {
  const auto& said = what.what;
  json::writer out;
  out.begin_object().member("number", what.number);
  if (said.parent) out.member("parent", *said.parent);
  out.member("role", said.role).long_member("content", said.content);
  if (said.agent_name) out.member("agent_name", *said.agent_name);
  out.member("timestamp", base::to_rfc3339(said.created_at));
  if (said.finish) out.member("finish", *said.finish);
  write_tool_members(out, said);
  out.end_object();
  return std::move(out).str();
}

std::string markdown_beginning_of(const conversation& head) {
  return "# " + (head.title.empty() ? std::string("Conversation") : escaped(head.title)) + "\n\n" +
         to_minutes(head.created_at) + "\n";
}

std::string markdown_of(const numbered_message& what) {
  const auto& said = what.what;
  std::string text = "\n---\n\n**" + escaped(speaker_of(said)) + "**, " + to_minutes(said.created_at);
  if (said.finish && *said.finish != "complete") text += " (" + *said.finish + ")";
  text += "\n\n" + said.content + (said.content.empty() || said.content.ends_with('\n') ? "" : "\n");
  for (const auto& call : tool_calls_of(said))
    text += "\n" + escaped("Asks for " + call.name + " " + call.arguments) + "\n";
  return text;
}

}  // namespace kontor::chat
