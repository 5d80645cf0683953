#include "api/run_wire.hpp"

#include "api/request_key.hpp"
#include "base/text.hpp"
#include "chart/symbol_check.hpp"
#include "indicator/indicator.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "market/series.hpp"
#include "run/answer.hpp"

#include <utility>

namespace kontor::api {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::optional<std::string> read_text(json::object_reader& in) {
  auto text = in.optional_string("message");
  if (!text || !in.is_good("message")) return text;
  if (text->find('\0') != std::string::npos) {
    in.refuse("message", "contains_nul", "A message has no NUL.");
    return text;
  }
  // As of answers: in an answer of ours each would take six bytes, and a terminal would obey it.
  text = run::without_controls(*text);
  if (base::trim(*text, blanks).empty())
    in.refuse("message", "too_short", "Something has to be said.");
  else if (base::count_code_points(*text) > longest_message)
    in.refuse("message", "too_long", "A message has at most 32,000 characters.");
  return text;
}

std::optional<chat::conversation_id> read_conversation(json::object_reader& in) {
  const auto text = in.optional_string("conversation_id");
  if (!text || !in.is_good("conversation_id")) return std::nullopt;
  const auto id = chat::conversation_id::parse(*text);
  if (!id) in.refuse("conversation_id", "not_allowed", "The id of a conversation.");
  return id;
}

chat::conversation_id read_required_conversation(json::object_reader& in) {
  const auto text = in.required_string("conversation_id");
  if (!in.is_good("conversation_id")) return {};
  const auto id = chat::conversation_id::parse(text);
  if (!id) in.refuse("conversation_id", "not_allowed", "The id of a conversation.");
  return id.value_or(chat::conversation_id());
}

std::optional<std::int64_t> read_number(json::object_reader& in, std::string_view name) {
  const auto number = in.optional_integer(name);
  if (number && in.is_good(name) && *number < 0) in.refuse(name, "not_allowed", "0 or more.");
  return number;
}

// As of charts: what nobody can have seen is no pin.
void refuse_unshowable(json::object_reader& in, const chat::chart_pin& what) {
  const auto where = market::parse_venue(what.market);
  const auto every = market::parse_interval(what.interval);
  if (in.is_good("market") && in.is_good("interval") && (!where || !every || !chart::has_interval(*where, *every)))
    in.refuse("interval", "not_allowed", "This market has no candles of that time.");
  for (std::size_t i = 0; i < what.indicators.size(); ++i)
    if (in.is_good("indicators") && in.is_good("indicators", i) && !indicator::parse_text(what.indicators[i]))
      in.refuse("indicators", i, "not_allowed", "An indicator with its numbers, such as rsi(14).");
}

run::new_message read_members(json::object_reader& in) {
  run::new_message wire;
  wire.text = read_text(in);
  wire.conversation = read_conversation(in);
  wire.parent = read_number(in, "parent");
  wire.chart = chat::read_pin_member(in, "chart", refuse_unshowable);
  if (wire.chart && !wire.text && in.is_good("message"))
    in.refuse("chart", "not_allowed", "Only with a message that speaks of it.");
  if (!in.is_good("message") || !in.is_good("parent") || !in.is_good("conversation_id")) return wire;
  if (wire.parent && !wire.conversation)
    in.refuse("parent", "not_allowed", "Only with the conversation it is in.");
  else if (!wire.text && !wire.parent)
    in.refuse("message", "required", "Either a message, or the number of one that is to be answered once more.");
  return wire;
}

std::string read_key(json::object_reader& in) {
  auto key = in.optional_string("idempotency_key");
  if (!key || !in.is_good("idempotency_key")) return {};
  if (!is_idempotency_key(*key)) in.refuse("idempotency_key", "not_allowed", "1 to 255 printable ASCII characters.");
  return std::move(*key);
}

// The member `payload`, or an empty object.
const boost::json::value& payload_of(const boost::json::value& frame) {
  static const boost::json::value empty = boost::json::object();
  const auto* const object = frame.if_object();
  const auto* const found = object == nullptr ? nullptr : object->if_contains("payload");
  return found == nullptr ? empty : *found;
}

base::result<any_frame> read_chat(json::object_reader& in, const boost::json::value& frame) {
  (void)in.is_null("payload");
  json::object_reader inside(payload_of(frame), "/payload");
  auto what = read_members(inside);
  what.request_key = read_key(inside);
  in.adopt(inside.finish());
  if (const auto good = in.finish(); !good) return good.error();
  return any_frame(chat_frame{std::move(what)});
}

base::result<any_frame> read_cancel(json::object_reader& in, const boost::json::value& frame) {
  (void)in.is_null("payload");
  json::object_reader inside(payload_of(frame), "/payload");
  cancel_frame what{read_conversation(inside)};
  in.adopt(inside.finish());
  if (const auto good = in.finish(); !good) return good.error();
  return any_frame(what);
}

base::result<any_frame> read_by_type(std::string_view type, json::object_reader& in, const boost::json::value& frame) {
  if (type == "chat") return read_chat(in, frame);
  if (type == "cancel") return read_cancel(in, frame);
  any_frame what = ping_frame();
  if (type == "subscribe") {
    subscribe_frame wire{.conversation = read_required_conversation(in), .after = read_number(in, "after")};
    what = wire;
  } else if (type == "unsubscribe") {
    what = unsubscribe_frame{read_required_conversation(in)};
  } else if (type == "watch") {
    what = read_watch(in);
  } else if (type == "unwatch") {
    what = read_unwatch(in);
  } else if (type != "ping" && in.is_good("type")) {
    in.refuse("type", "not_allowed", "One of chat, cancel, subscribe, unsubscribe, watch, unwatch, ping.");
  }
  if (const auto good = in.finish(); !good) return good.error();
  return what;
}

}  // namespace

base::result<run::new_message> read_new_message(const http::request& in) {
  const auto parsed = json::parse(in.body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  auto wire = read_members(reader);
  auto key = read_idempotency_key(in, reader.finish());
  if (!key) return key.error();
  wire.request_key = std::move(*key);
  return wire;
}

std::string write_accepted(const run::accepted& what) {
  json::writer out;
  out.begin_object().member("conversation_id", what.conversation.text()).member("status", "accepted");
  out.member("message", "An answer is on its way.").member("run_id", what.run.text());
  if (what.number) out.member("number", *what.number);
  out.member("seq", what.seq).end_object();
  return std::move(out).str();
}

std::string write_chat_limits(const run::limits_view& view) {
  json::writer out;
  out.begin_object().member("runs_at_once", view.limits.runs_at_once).member("running", view.used.running);
  if (view.limits.tokens_per_day) {
    out.member("tokens_per_day", *view.limits.tokens_per_day);
  } else {
    out.null_member("tokens_per_day");
  }
  out.member("tokens_today", view.used.tokens).member("day_ends_at", base::to_rfc3339(view.used.day_ends_at));
  if (view.model) {
    out.begin_object("model").member("provider", view.model->provider).member("name", view.model->model);
    out.member("offered_by", view.model->is_of_operator ? "operator" : "user").end_object();
  } else {
    out.null_member("model");
  }
  out.end_object();
  return std::move(out).str();
}

std::string write_ticket(std::string_view ticket, std::chrono::seconds expires_in) {
  json::writer out;
  out.begin_object().member("ticket", ticket).member("expires_in", expires_in.count()).end_object();
  return std::move(out).str();
}

client_frame read_frame(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) return {.request_id = {}, .what = parsed.error()};
  json::object_reader in(*parsed);
  const auto type = in.required_string("type");
  auto request = in.optional_string("request_id").value_or("");
  if (request.size() > longest_request_id) {
    in.refuse("request_id", "too_long", "At most 64 bytes.");
    request.clear();
  }
  return {.request_id = std::move(request), .what = read_by_type(type, in, *parsed)};
}

}  // namespace kontor::api
