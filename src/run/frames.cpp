#include "run/frames.hpp"

#include "chat/tool_calls.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "run/failure_kinds.hpp"

#include <algorithm>
#include <utility>

namespace kontor::run {
namespace {

json::writer begin(std::string_view type, base::timestamp at) {
  json::writer out;
  out.begin_object().member("type", type).member("timestamp", base::to_rfc3339(at));
  return out;
}

json::writer begin(std::string_view type, const chat::conversation_id& in, const event& what) {
  auto out = begin(type, what.at);
  out.member("conversation_id", in.text()).member("run_id", what.run.text()).member("seq", what.seq);
  return out;
}

std::string end(json::writer& out) {
  out.end_object();
  return std::move(out).str();
}

void write_request(json::writer& out, std::string_view request) {
  if (!request.empty()) out.member("request_id", request);
}

std::string status_frame(const chat::conversation_id& in, const event& what) {
  auto out = begin("status", in, what);
  out.member("status", name_of(what.kind));
  switch (what.kind) {
    case event_kind::processing:
      out.member("message", "An answer is on its way.");
      break;
    case event_kind::cancelled:
      out.member("message", "The answer was stopped.").member("success", true);
      break;
    default:
      out.member("message", "Nothing is on its way.");
      break;
  }
  return end(out);
}

std::string text_frame(const chat::conversation_id& in, const event& what) {
  auto out = begin(name_of(what.kind), in, what);
  out.reserve(what.text.size() + 256);
  if (what.kind == event_kind::text) out.member("offset", what.number);
  out.member("text", what.text);
  return end(out);
}

std::string waiting_frame(const chat::conversation_id& in, const event& what) {
  auto out = begin("waiting", in, what);
  out.member("seconds", what.number);
  out.member("message", "The provider asks for a pause of " + std::to_string(what.number) + " s.");
  return end(out);
}

std::string error_frame(const chat::conversation_id& in, const event& what) {
  const auto why = parse_failure(what.text);
  auto out = begin("error", in, what);
  out.member("message", why.words).member("details", advice_on(why.kind));
  out.member("recoverable", is_recoverable(why.kind)).member("code", why.kind);
  if (why.retry_after) out.member("retry_after", why.retry_after->count());
  return end(out);
}

std::string message_frame(const chat::conversation_id& in, const event& what, const told_message& about) {
  auto out = begin("message", what.at);
  out.member("conversation_id", in.text()).member("seq", what.seq).json_member("message", about.json);
  return end(out);
}

std::string result_frame(const chat::conversation_id& in, const event& what, const told_message& about) {
  auto out = begin("result", in, what);
  out.long_member("content", about.content).member("format", "markdown").begin_array("agents_used");
  if (!about.agent.empty()) out.element(about.agent);
  out.end_array().json_member("message", about.json).member("finish", name_of(about.how));
  if (about.used) out.json_member("usage", to_json(*about.used));
  return end(out);
}

std::string call_frame(const chat::conversation_id& in, const event& what, const told_message& about) {
  const auto calls = chat::tool_calls_of(about.row.what);
  const auto call = std::ranges::find(calls, what.text, &chat::tool_call::id);
  if (call == calls.end()) return {};
  auto out = begin("tool_call", in, what);
  out.member("number", what.number).json_member("call", chat::to_json(*call));
  return end(out);
}

std::string outcome_frame(const chat::conversation_id& in, const event& what, const told_message& about) {
  const auto& row = about.row.what;
  auto out = begin("tool_result", in, what);
  out.member("number", what.number).member("parent", row.parent.value_or(0));
  out.member("call_id", row.tool_call_id.value_or("")).member("name", row.tool_name.value_or(""));
  out.member("is_good", row.is_good.value_or(false)).long_member("content", about.content);
  if (row.chart) out.member("chart_id", *row.chart);
  return end(out);
}

}  // namespace

std::string to_json(const failure& why) {
  json::writer out;
  out.begin_object().member("kind", why.kind).member("message", why.words);
  if (why.status != 0) out.member("status", why.status);
  if (why.retry_after) out.member("retry_after", why.retry_after->count());
  return end(out);
}

failure parse_failure(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) return internal_failure();
  json::object_reader in(*parsed);
  failure out{.kind = in.required_string("kind"),
              .words = in.required_string("message"),
              .status = in.optional_integer("status").value_or(0)};
  if (const auto pause = in.optional_integer("retry_after")) out.retry_after = std::chrono::seconds(*pause);
  if (!in.finish()) return internal_failure();
  return out;
}

std::string to_json(const usage& used) {
  json::writer out;
  out.begin_object().member("input_tokens", used.input_tokens).member("output_tokens", used.output_tokens);
  out.member("estimated", used.is_estimated);
  return end(out);
}

bool is_about_message(event_kind what) noexcept {
  using enum event_kind;
  return what == message || what == result || what == tool_call || what == tool_result;
}

std::string event_frame(const chat::conversation_id& in, const event& what, const told_message* about) {
  switch (what.kind) {
    case event_kind::text:
    case event_kind::reasoning:
      return text_frame(in, what);
    case event_kind::waiting:
      return waiting_frame(in, what);
    case event_kind::error:
      return error_frame(in, what);
    case event_kind::message:
      return about == nullptr ? std::string() : message_frame(in, what, *about);
    case event_kind::result:
      return about == nullptr ? std::string() : result_frame(in, what, *about);
    case event_kind::tool_call:
      return about == nullptr ? std::string() : call_frame(in, what, *about);
    case event_kind::tool_result:
      return about == nullptr ? std::string() : outcome_frame(in, what, *about);
    case event_kind::processing:
    case event_kind::idle:
    case event_kind::cancelled:
      break;
  }
  return status_frame(in, what);
}

std::string connected_frame(base::timestamp at, std::string_view email) {
  auto out = begin("status", at);
  out.member("status", "connected").member("message", "Connected.").member("user", email);
  return end(out);
}

std::string subscribed_frame(base::timestamp at, const chat::conversation_id& to, std::int64_t seq, bool is_processing,
                             std::string_view request) {
  auto out = begin("subscribed", at);
  out.member("conversation_id", to.text()).member("seq", seq).member("status", is_processing ? "processing" : "idle");
  write_request(out, request);
  return end(out);
}

std::string reload_frame(base::timestamp at, const chat::conversation_id& of, std::int64_t seq,
                         std::string_view request) {
  auto out = begin("reload", at);
  out.member("conversation_id", of.text()).member("seq", seq);
  write_request(out, request);
  return end(out);
}

std::string nothing_cancelled_frame(base::timestamp at, const std::optional<chat::conversation_id>& in,
                                    std::string_view request) {
  auto out = begin("status", at);
  out.member("status", "cancelled").member("message", "There was nothing to stop.").member("success", false);
  if (in) out.member("conversation_id", in->text());
  write_request(out, request);
  return end(out);
}

std::string refusal_frame(base::timestamp at, const base::error& why, std::string_view title,
                          const std::optional<chat::conversation_id>& in, std::string_view request) {
  std::string details;
  for (const auto& field : why.fields)
    details.append(details.empty() ? "" : " ").append(field.path).append(": ").append(field.message);
  using enum base::errc;
  const bool may_come_again =
      why.code == too_many_requests || why.code == overloaded || why.code == unavailable || why.code == internal;
  auto out = begin("error", at);
  out.member("message", why.detail.empty() ? title : std::string_view(why.detail)).member("details", details);
  out.member("recoverable", may_come_again)
      .member("code", why.type.empty() ? name_of(why.code) : std::string_view(why.type));
  if (why.retry_after.count() > 0) out.member("retry_after", why.retry_after.count());
  if (in) out.member("conversation_id", in->text());
  write_request(out, request);
  return end(out);
}

std::string conversation_frame(base::timestamp at, const chat::conversation_id& which, std::string_view change) {
  auto out = begin("conversation", at);
  out.member("conversation_id", which.text()).member("change", change);
  return end(out);
}

std::string ping_frame(base::timestamp at) {
  auto out = begin("ping", at);
  return end(out);
}

std::string pong_frame(base::timestamp at) {
  auto out = begin("pong", at);
  return end(out);
}

}  // namespace kontor::run
