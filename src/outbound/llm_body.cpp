#include "outbound/llm_body.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "outbound/json_look.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::outbound {
namespace {

using settings::llm_provider;

constexpr std::string_view name_of(llm_dialect::limit_name name) {
  return name == llm_dialect::limit_name::max_tokens ? "max_tokens" : "max_completion_tokens";
}

void write_tools(json::writer& out, const std::vector<chat::tool>& tools) {
  out.begin_array("tools");
  for (const auto& tool : tools) {
    out.begin_object().member("type", "function").begin_object("function").member("name", tool.name);
    out.member("description", tool.description).json_member("parameters", tool.parameters).end_object().end_object();
  }
  out.end_array();
}

std::string arguments_of(const chat::tool_call& call) {
  const auto parsed = json::parse(call.arguments);
  return parsed && parsed->is_object() ? call.arguments : "{}";
}

bool is_result(const chat::model_message& message) {
  return message.role == "tool" && !message.tool_call_id.empty();
}

// For who does not know tools: who speaks, and what was asked for.
void write_plain(json::writer& out, const chat::model_message& message, std::string_view role) {
  auto content = message.content;
  if (is_result(message)) content = "Result of " + message.tool_name + ": " + content;
  for (const auto& call : message.tool_calls)
    content += (content.empty() ? "" : "\n") + ("I need " + call.name + " " + call.arguments);
  out.begin_object().member("role", role).member("content", content).end_object();
}

void write_openai_message(json::writer& out, const chat::model_message& message, const llm_dialect& how) {
  if (!how.knows_tools || (!is_result(message) && message.tool_calls.empty()))
    return write_plain(out, message,
                       message.role == "tool" ? std::string_view("user") : std::string_view(message.role));
  out.begin_object().member("role", message.role);
  if (is_result(message)) out.member("tool_call_id", message.tool_call_id);
  if (message.content.empty() && !is_result(message)) {
    out.null_member("content");
  } else {
    out.member("content", message.content);
  }
  if (!message.tool_calls.empty()) {
    out.begin_array("tool_calls");
    for (const auto& call : message.tool_calls) {
      out.begin_object().member("id", call.id).member("type", "function").begin_object("function");
      out.member("name", call.name).member("arguments", arguments_of(call)).end_object().end_object();
    }
    out.end_array();
  }
  out.end_object();
}

void write_ollama_message(json::writer& out, const chat::model_message& message, const llm_dialect& how) {
  if (!how.knows_tools)
    return write_plain(out, message, is_result(message) ? std::string_view("user") : std::string_view(message.role));
  out.begin_object().member("role", message.role).member("content", message.content);
  if (is_result(message)) out.member("tool_name", message.tool_name).member("tool_call_id", message.tool_call_id);
  if (!message.tool_calls.empty()) {
    out.begin_array("tool_calls");
    for (const auto& call : message.tool_calls) {
      out.begin_object().member("id", call.id).begin_object("function").member("name", call.name);
      out.json_member("arguments", arguments_of(call)).end_object().end_object();
    }
    out.end_array();
  }
  out.end_object();
}

std::string openai_body(const settings::llm_target& target, const chat::model_request& what, const llm_dialect& how) {
  json::writer out;
  out.begin_object();
  // The path has it.
  if (target.provider != llm_provider::azure_deployments) out.member("model", target.model);
  out.begin_array("messages");
  for (const auto& each : what.messages)
    write_openai_message(out, each, how);
  out.end_array();
  if (how.knows_tools && !what.tools.empty()) {
    write_tools(out, what.tools);
    out.member("tool_choice", what.may_use == chat::tool_use::none ? "none" : "auto");
  }
  out.member("stream", true);
  if (how.asks_for_usage) out.begin_object("stream_options").member("include_usage", true).end_object();
  if (what.max_output_tokens > 0) out.member(name_of(how.limit), what.max_output_tokens);
  out.end_object();
  return std::move(out).str();
}

std::string ollama_body(const settings::llm_target& target, const chat::model_request& what, const llm_dialect& how) {
  json::writer out;
  out.begin_object().member("model", target.model).begin_array("messages");
  for (const auto& each : what.messages)
    write_ollama_message(out, each, how);
  out.end_array();
  // It cannot be told to answer without those that it has.
  if (how.knows_tools && !what.tools.empty() && what.may_use != chat::tool_use::none) write_tools(out, what.tools);
  out.member("stream", true).begin_object("options");
  // Without it the server's own window holds, and older messages are cut without a word.
  const auto window = what.context_window > 0 ? what.context_window : context_window_of(target.provider, target.model);
  out.member("num_ctx", window);
  if (what.max_output_tokens > 0) out.member("num_predict", what.max_output_tokens);
  out.end_object().end_object();
  return std::move(out).str();
}

// At the beginning of a word: `turbo3` is not `o3`.
bool names_model(std::string_view name, std::string_view part) {
  for (auto at = name.find(part); at != std::string_view::npos; at = name.find(part, at + 1))
    if (at == 0 || !base::is_letter_or_digit(name[at - 1])) return true;
  return false;
}

// Of a model (`x does not support tools`), or of a server that refuses a word.
bool names_tools(std::string_view body) {
  for (const std::string_view word : {"tools", "tool_c", "tool use", "tool calling", "function call"})
    if (body.find(word) != std::string_view::npos) return true;
  return false;
}

llm_dialect without_tools(llm_dialect said) {
  said.knows_tools = false;
  return said;
}

}  // namespace

llm_dialect dialect_of(const settings::llm_target& target) {
  constexpr std::string_view first_with_both = "2024-09-01";
  llm_dialect out;
  if (target.provider != llm_provider::azure_deployments) return out;
  const std::string_view version(target.api_version);
  const bool is_date = version.size() >= first_with_both.size() && base::is_digit(version.front());
  if (is_date && version.substr(0, first_with_both.size()) < first_with_both)
    out = {.asks_for_usage = false, .limit = llm_dialect::limit_name::max_tokens};
  return out;
}

std::optional<llm_dialect> simpler_dialect(const llm_dialect& said, const web_response& answer) {
  // A gateway says of a model behind it that it cannot be found with tools.
  if (said.knows_tools && answer.status == 404 && answer.body.find("support tool use") != std::string::npos)
    return without_tools(said);
  if (answer.status != 400 && answer.status != 422) return std::nullopt;
  // Which word is refused stands in the words, in `param`, or, with servers that check by a schema, somewhere in a list
  // of places: the whole of a short body is looked through. What is told of sizes is about the value, not the word.
  const auto body = std::string_view(answer.body).substr(0, 8 * 1024);
  for (const char* const phrase : {"context_length_exceeded", "too large"})
    if (body.find(phrase) != std::string_view::npos) return std::nullopt;
  auto out = said;
  if (said.asks_for_usage && body.find("stream_options") != std::string_view::npos) {
    out.asks_for_usage = false;
    return out;
  }
  using enum llm_dialect::limit_name;
  if (said.limit == max_completion_tokens && body.find("max_completion_tokens") != std::string_view::npos) {
    out.limit = max_tokens;
    return out;
  }
  if (said.knows_tools && names_tools(body)) return without_tools(said);
  return std::nullopt;
}

std::string chat_body(const settings::llm_target& target, const chat::model_request& what, const llm_dialect& how) {
  return target.provider == llm_provider::ollama ? ollama_body(target, what, how) : openai_body(target, what, how);
}

std::int64_t context_window_of(llm_provider provider, std::string_view model) {
  struct row {
    std::string_view part;
    std::int64_t tokens;
  };
  // The first that is a part of the name wins: names of deployments and of gateways have more around them. gpt-35 is
  // how Azure writes it.
  constexpr std::array<row, 20> known{
      {{"gpt-5-chat", 128'000}, {"gpt-5", 400'000},    {"gpt-4.1", 1'047'576},   {"gpt-4o", 128'000},
       {"chatgpt-4o", 128'000}, {"gpt-4.5", 128'000},  {"gpt-4-turbo", 128'000}, {"gpt-4-1106", 128'000},
       {"gpt-4-0125", 128'000}, {"gpt-4-32k", 32'768}, {"gpt-4", 8'192},         {"gpt-3.5-turbo-instruct", 4'096},
       {"gpt-3.5", 16'385},     {"gpt-35", 16'385},    {"o1-mini", 128'000},     {"o1-preview", 128'000},
       {"o1", 200'000},         {"o3", 200'000},       {"o4-mini", 200'000},     {"claude-", 200'000}}};
  // What an installation of one's own has memory for.
  if (provider == llm_provider::ollama) return 8'192;
  const auto name = base::to_lower_ascii(model);
  const auto found = std::ranges::find_if(known, [&](const row& each) { return names_model(name, each.part); });
  return found != known.end() ? found->tokens : 32'768;
}

}  // namespace kontor::outbound
