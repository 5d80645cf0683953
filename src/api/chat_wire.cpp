#include "api/chat_wire.hpp"

#include "api/paging.hpp"
#include "api/query_reader.hpp"
#include "api/read_object.hpp"
#include "base/text.hpp"
#include "chat/tool_calls.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kontor::api {
namespace {

constexpr std::size_t longest_search = 200;  // code points

bool read_flag(query_reader& in, std::string_view name) {
  const auto text = in.text(name);
  if (text && *text != "true" && *text != "false") in.refuse(name, "Either true or false.");
  return text == "true";
}

// The place of a list as a text, and back: `1 1800000000000000 aaaaaaaa-…`.
std::string key_of(const chat::conversation& last) {
  return std::string(last.is_pinned ? "1 " : "0 ") + std::to_string(base::to_microseconds(last.updated_at)) + " " +
         last.id.str();
}

std::optional<chat::statements::list_place> place_of(std::string_view key) {
  if (key.size() < 3 || (key[0] != '0' && key[0] != '1') || key[1] != ' ') return std::nullopt;
  chat::statements::list_place place{.pinned = key[0] - '0', .updated_at = 0, .id = {}};
  const auto* const end = key.data() + key.size();
  const auto read = std::from_chars(key.data() + 2, end, place.updated_at);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != ' ') return std::nullopt;
  place.id.assign(read.ptr + 1, end);
  if (!chat::conversation_id::parse(place.id)) return std::nullopt;
  return place;
}

void check_title(json::object_reader& in, const std::string& title) {
  if (!in.is_good("title")) return;
  if (base::count_code_points(title) > chat::max_title)
    in.refuse("title", "too_long", "A title has at most 255 characters.");
  else if (std::ranges::any_of(title, chat::is_control))
    in.refuse("title", "not_allowed", "A title has no control characters.");
}

void write_members(json::writer& out, const chat::conversation_view& one) {
  const auto& head = one.head;
  out.member("conversation_id", head.id.text()).member("title", head.title).member("pinned", head.is_pinned);
  out.member("messages_count", head.messages).member("created_at", base::to_rfc3339(head.created_at));
  out.member("updated_at", base::to_rfc3339(head.updated_at)).member("status", one.run ? "processing" : "idle");
  if (!head.deleted_at) return;
  out.member("deleted_at", base::to_rfc3339(*head.deleted_at));
  out.member("restorable_until", base::to_rfc3339(*head.deleted_at + chat::time_to_restore));
}

void write_members(json::writer& out, const chat::shown_message& one) {
  const auto& said = one.what.what;
  out.member("number", one.what.number);
  if (said.parent) out.member("parent", *said.parent);
  if (!one.siblings.empty()) {
    std::string numbers;
    for (const auto number : one.siblings)
      (numbers += numbers.empty() ? "[" : ",") += std::to_string(number);
    out.json_member("siblings", numbers + "]");
  }
  out.member("role", said.role).long_member("content", said.content);
  if (said.agent_name) out.member("agent_name", *said.agent_name);
  out.member("timestamp", base::to_rfc3339(said.created_at));
  if (said.finish) out.member("finish", *said.finish);
  if (said.failure) out.json_member("failure", *said.failure);
  if (said.token_usage) out.json_member("usage", *said.token_usage);
  chat::write_tool_members(out, said);
}

void write_run(json::writer& out, const chat::run_so_far& run) {
  out.begin_object("run").member("run_id", run.run).member("parent", run.answers);
  out.long_member("content", run.content).long_member("reasoning", run.reasoning);
  out.json_member("calls", chat::to_json(run.calls));
  out.member("started_at", base::to_rfc3339(run.started_at)).end_object();
}

}  // namespace

base::result<conversation_list_wish> read_conversation_list_wish(const http::request& in) {
  query_reader query(in);
  conversation_list_wish wish;
  wish.limit = query.number("limit", most_per_page, "A whole number from 1 to 100.").value_or(wish.limit);
  if (const auto cursor = query.text("cursor")) {
    const auto key = base::from_base64url(*cursor);
    const auto place = key ? place_of(base::as_text(*key)) : std::nullopt;
    if (place)
      wish.after = *place;
    else
      query.refuse("cursor", "The next_cursor of an earlier answer.");
  }
  if (read_flag(query, "deleted")) wish.how = chat::statements::standing::deleted;
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chat::page_wish> read_page_of_conversation(const http::request& in) {
  query_reader query(in);
  chat::page_wish wish;
  wish.limit = query.number("limit", 200, "A whole number from 1 to 200.").value_or(wish.limit);
  wish.before = query.number("before", INT64_MAX, "The number of a message.");
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<search_wish> read_search_wish(const http::request& in) {
  query_reader query(in);
  search_wish wish;
  const auto text = query.text("q");
  wish.text = text.value_or("");
  if (wish.text.empty() || base::count_code_points(wish.text) > longest_search)
    query.refuse("q", "What is looked for: 1 to 200 characters.");
  wish.limit = query.number("limit", 50, "A whole number from 1 to 50.").value_or(wish.limit);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chat::removal> read_conversation_removal(const http::request& in) {
  query_reader query(in);
  const bool is_for_good = read_flag(query, "permanently");
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return is_for_good ? chat::removal::for_good : chat::removal::for_a_while;
}

base::result<chat::file_format> read_file_format(const http::request& in) {
  query_reader query(in);
  const auto format = query.text("format");
  if (format && *format != "json" && *format != "markdown") query.refuse("format", "Either json or markdown.");
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return format == "markdown" ? chat::file_format::markdown : chat::file_format::json;
}

base::result<std::string> read_new_conversation(std::string_view body) {
  if (body.empty()) return std::string();
  return read_object<std::string>(body, [](json::object_reader& in) {
    auto title = in.optional_string("title").value_or("");
    check_title(in, title);
    return title;
  });
}

base::result<chat::conversation_change> read_conversation_change(std::string_view body) {
  return read_object<chat::conversation_change>(body, [](json::object_reader& in) {
    chat::conversation_change wish;
    wish.title = in.optional_string("title");
    wish.is_pinned = in.optional_boolean("pinned");
    if (wish.title) {
      if (in.is_good("title") && base::trim(*wish.title).empty()) in.refuse("title", "too_short", "A title is needed.");
      check_title(in, *wish.title);
    }
    if (!wish.title && !wish.is_pinned && in.is_good("title") && in.is_good("pinned"))
      in.refuse("title", "required", "Either a title or a pin is required.");
    return wish;
  });
}

base::result<std::int64_t> read_branch_choice(std::string_view body) {
  return read_object<std::int64_t>(body, [](json::object_reader& in) {
    const auto number = in.required_integer("number");
    if (in.is_good("number") && number < 1) in.refuse("number", "not_allowed", "The number of a message.");
    return number;
  });
}

std::string write_conversation(const chat::conversation_view& one) {
  json::writer out;
  out.begin_object();
  write_members(out, one);
  out.end_object();
  return std::move(out).str();
}

std::string write_conversations(std::span<const chat::conversation_view> read, std::int64_t limit) {
  const auto listed = shown(read, limit);
  json::writer out;
  out.begin_object().begin_array("conversations");
  for (const auto& one : listed) {
    out.begin_object();
    write_members(out, one);
    out.end_object();
  }
  out.end_array();
  if (has_next_page(read, limit)) out.member("next_cursor", text_cursor(key_of(listed.back().head)));
  out.end_object();
  return std::move(out).str();
}

std::string write_opened_conversation(const chat::opened_conversation& one) {
  json::writer out;
  out.begin_object();
  write_members(out, one.view);
  out.begin_array("messages");
  for (const auto& message : one.messages) {
    out.begin_object();
    write_members(out, message);
    out.end_object();
  }
  out.end_array().member("has_more", one.has_more).member("seq", one.view.head.last_seq);
  if (one.run) write_run(out, *one.run);
  if (one.failure) out.json_member("failure", *one.failure);
  out.end_object();
  return std::move(out).str();
}

std::string write_deleted_conversation(const chat::conversation_id& which, std::optional<base::timestamp> until) {
  json::writer out;
  out.begin_object().member("status", "deleted").member("conversation_id", which.text());
  if (until) out.member("restorable_until", base::to_rfc3339(*until));
  out.end_object();
  return std::move(out).str();
}

std::string write_conversation_status(const chat::conversation_view& one) {
  json::writer out;
  out.begin_object().member("conversation_id", one.head.id.text());
  out.member("status", one.run ? "processing" : "idle");
  if (one.run) out.member("run_id", *one.run);
  out.member("seq", one.head.last_seq).end_object();
  return std::move(out).str();
}

std::string write_found_conversations(std::span<const chat::found_conversation> found) {
  json::writer out;
  out.begin_object().begin_array("found");
  for (const auto& one : found) {
    out.begin_object().member("conversation_id", one.id.text()).member("title", one.title);
    out.member("updated_at", base::to_rfc3339(one.updated_at));
    if (one.number) out.member("number", *one.number);
    out.begin_array("excerpt");
    for (const auto& piece : one.excerpt)
      out.begin_object().member("text", piece.text).member("found", piece.is_found).end_object();
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return std::move(out).str();
}

std::string write_bringing_outcome(const chat::bringing_outcome& done) {
  json::writer out;
  out.begin_object().member("taken", done.taken.size()).member("left", done.left).end_object();
  return std::move(out).str();
}

std::string write_message(const chat::shown_message& one) {
  json::writer out;
  out.begin_object();
  write_members(out, one);
  out.end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
