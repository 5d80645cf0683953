#include "chat/tool_calls.hpp"

#include "base/id.hpp"
#include "base/text.hpp"
#include "chat/chart_pin.hpp"
#include "chat/llm_provider.hpp"
#include "chat/words.hpp"
#include "json/parse.hpp"

#include <algorithm>
#include <utility>

namespace kontor::chat {
namespace {

using any_id = base::id<struct any_tag>;

bool is_call_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_call_id && std::ranges::none_of(text, is_control);
}

bool is_tool_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_tool_name && std::ranges::none_of(text, is_control);
}

void write(json::writer& out, const tool_call& what) {
  out.begin_object().member("id", what.id).member("name", what.name).member("arguments", what.arguments).end_object();
}

// nullopt: what is wrong stands in the reader that was made for it.
std::optional<std::vector<tool_call>> read_calls(const boost::json::array& list, std::size_t most_bytes) {
  std::vector<tool_call> out;
  std::size_t bytes = 0;
  for (const auto& each : list) {
    json::object_reader in(each);
    tool_call one{.id = in.required_string("id"),
                  .name = in.required_string("name"),
                  .arguments = in.required_string("arguments")};
    if (!in.finish() || !is_call_id(one.id) || !is_tool_name(one.name)) return std::nullopt;
    bytes += one.id.size() + one.name.size() + one.arguments.size();
    out.push_back(std::move(one));
  }
  if (out.empty() || out.size() > most_calls_of_answer || bytes > most_bytes) return std::nullopt;
  return out;
}

void read_calls_of_assistant(json::object_reader& in, message& into) {
  if (in.is_null("tool_calls")) return;
  const auto* const list = in.optional_array("tool_calls", most_calls_of_answer);
  if (list == nullptr) return;
  const auto calls = read_calls(*list, most_bytes_of_calls);
  if (!calls || into.role != "assistant") {
    in.refuse("tool_calls", "not_allowed", "Calls of tools, of the assistant: id, name and arguments of each.");
    return;
  }
  into.tool_calls = to_json(*calls);
}

}  // namespace

std::string to_json(const tool_call& what) {
  json::writer out;
  write(out, what);
  return std::move(out).str();
}

std::string to_json(const std::vector<tool_call>& what) {
  json::writer out;
  out.begin_array();
  for (const auto& each : what)
    write(out, each);
  out.end_array();
  return std::move(out).str();
}

std::vector<tool_call> parse_tool_calls(std::string_view text) {
  const auto parsed = json::parse(text);
  const auto* const list = parsed ? parsed->if_array() : nullptr;
  if (list == nullptr) return {};
  // What was stored is read however long ids and names have become that were put in place of a model's own.
  return read_calls(*list, text.size()).value_or(std::vector<tool_call>());
}

std::vector<tool_call> tool_calls_of(const message& what) {
  return what.tool_calls ? parse_tool_calls(*what.tool_calls) : std::vector<tool_call>();
}

void write_tool_members(json::writer& out, const message& what) {
  if (what.tool_calls) out.json_member("tool_calls", *what.tool_calls);
  if (what.tool_call_id) out.member("tool_call_id", *what.tool_call_id);
  if (what.tool_name) out.member("tool_name", *what.tool_name);
  if (what.is_good) out.member("is_good", *what.is_good);
  if (what.chart) out.member("chart_id", *what.chart);
  if (const auto pin = pin_of(what)) out.json_member("chart", to_json(*pin));
}

void read_tool_members(json::object_reader& in, message& into) {
  read_calls_of_assistant(in, into);
  into.tool_call_id = in.optional_string("tool_call_id");
  into.tool_name = in.optional_string("tool_name");
  into.is_good = in.optional_boolean("is_good");
  into.chart = in.optional_string("chart_id");
  if (into.tool_call_id && (!is_call_id(*into.tool_call_id) || into.role != "tool"))
    in.refuse("tool_call_id", "not_allowed", "Of a tool, 1 to 200 bytes.");
  if (into.tool_name && (!is_tool_name(*into.tool_name) || into.role != "tool"))
    in.refuse("tool_name", "not_allowed", "Of a tool, 1 to 64 bytes.");
  if (into.is_good && into.role != "tool") in.refuse("is_good", "not_allowed", "Of a tool.");
  if (into.chart && (!any_id::parse(*into.chart) || into.role != "tool"))
    in.refuse("chart_id", "not_allowed", "Of a tool, the id of a chart.");
  if (const auto pin = read_pin_member(in, "chart")) {
    if (into.role == "user")
      set_pin(into, *pin);
    else
      in.refuse("chart", "not_allowed", "Of the user.");
  }
}

std::string searched_words(const message& what) {
  return what.tool_call_id ? std::string() : words_of(what.content);
}

std::string refusal_of_call(std::string_view why) {
  json::writer out;
  out.begin_object().member("error", why).end_object();
  return std::move(out).str();
}

}  // namespace kontor::chat
