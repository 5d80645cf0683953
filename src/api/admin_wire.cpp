#include "api/admin_wire.hpp"

#include "api/read_object.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"

#include <optional>

namespace kontor::api {
namespace {

std::optional<admin::user_state> parse_state(std::string_view name) {
  if (name == "active") return admin::user_state::active;
  if (name == "inactive") return admin::user_state::inactive;
  if (name == "admin") return admin::user_state::admin;
  return std::nullopt;
}

// A parameter that `parse` understands, or that is refused.
template <class Parse>
auto read_filter(query_reader& in, std::string_view name, Parse parse, std::string_view message)
    -> decltype(parse(std::string_view())) {
  const auto text = in.text(name);
  if (!text) return std::nullopt;
  auto parsed = parse(*text);
  if (!parsed) in.refuse(name, std::string(message));
  return parsed;
}

void write_members(json::writer& out, const admin::user_overview& it) {
  out.member("id", it.user.id.text())
      .member("email", it.user.email)
      .member("is_admin", it.user.is_admin)
      .member("is_active", it.user.is_active)
      .member("has_password", it.has_password)
      .member("second_factor", it.second_factor)
      .member("sessions", it.sessions);
  if (it.last_seen_at) out.member("last_seen_at", base::to_rfc3339(*it.last_seen_at));
  out.member("created_at", base::to_rfc3339(it.user.created_at))
      .member("updated_at", base::to_rfc3339(it.user.updated_at));
}

void write_members(json::writer& out, const account::issued_setup_link& link, const link_address& address_of) {
  out.member("url", address_of(link)).member("expires_at", base::to_rfc3339(link.expires_at));
}

void write_person(json::writer& out, std::string_view name, const std::optional<base::user_id>& person,
                  const admin::audit_page& page) {
  if (!person) return;
  out.begin_object(name).member("id", person->text());
  const auto email = page.emails.find(*person);
  if (email != page.emails.end()) out.member("email", email->second);
  out.end_object();
}

}  // namespace

base::result<user_list_query> read_user_list_query(const http::request& in) {
  query_reader reader(in);
  user_list_query query;
  query.page = read_text_page(reader);
  query.wanted.state =
      read_filter(reader, "state", parse_state, "Either active, inactive or admin.").value_or(admin::user_state::any);
  query.wanted.part_of_email = read_filter(reader, "q", admin::search_form, "A part of an address.");
  reader.refuse_unknown();
  if (const auto good = reader.finish(); !good) return good.error();
  return query;
}

base::result<audit_query> read_audit_query(const http::request& in) {
  query_reader reader(in);
  constexpr std::string_view what_a_time_is = "A time such as 2026-11-23T06:02:21Z.";
  constexpr std::string_view what_an_id_is = "The id of an account.";
  audit_query query;
  query.where = read_page(reader);
  query.wanted.action = read_filter(reader, "action", audit::parse_action, "An action that the log knows.");
  query.wanted.owner = read_filter(reader, "owner", base::user_id::parse, what_an_id_is);
  query.wanted.actor = read_filter(reader, "actor", base::user_id::parse, what_an_id_is);
  query.wanted.from = read_filter(reader, "from", base::parse_rfc3339, what_a_time_is);
  query.wanted.to = read_filter(reader, "to", base::parse_rfc3339, what_a_time_is);
  reader.refuse_unknown();
  if (const auto good = reader.finish(); !good) return good.error();
  return query;
}

base::result<account::user_change> read_user_change(std::string_view body) {
  return read_object<account::user_change>(body, [](json::object_reader& in) {
    account::user_change wanted;
    wanted.is_active = in.optional_boolean("is_active");
    wanted.is_admin = in.optional_boolean("is_admin");
    if (!wanted.is_active && !wanted.is_admin && in.is_good("is_active") && in.is_good("is_admin"))
      in.refuse("is_active", "required", "Either this or is_admin is required.");
    return wanted;
  });
}

base::result<new_guest> read_new_guest(std::string_view body) {
  return read_object<new_guest>(body, [](json::object_reader& in) {
    new_guest guest;
    guest.email = in.required_string("email");
    guest.is_admin = in.optional_boolean("is_admin").value_or(false);
    return guest;
  });
}

std::string write_admin_user(const admin::user_overview& user) {
  json::writer out;
  out.begin_object();
  write_members(out, user);
  out.end_object();
  return std::move(out).str();
}

std::string write_admin_users(std::span<const admin::user_overview> read, std::int64_t limit) {
  const auto users = shown(read, limit);
  json::writer out;
  out.begin_object();
  out.begin_array("users");
  for (const auto& user : users) {
    out.begin_object();
    write_members(out, user);
    out.end_object();
  }
  out.end_array();
  if (has_next_page(read, limit)) out.member("next_cursor", text_cursor(users.back().user.email));
  out.end_object();
  return std::move(out).str();
}

std::string write_invited(const admin::invitation& invited, const link_address& address_of) {
  json::writer out;
  out.begin_object();
  out.begin_object("user");
  write_members(out, invited.guest);
  out.end_object();
  out.begin_object("link");
  write_members(out, invited.link, address_of);
  out.end_object();
  out.member("mailed", invited.is_mailed);
  out.end_object();
  return std::move(out).str();
}

std::string write_link(const account::issued_setup_link& link, const link_address& address_of) {
  json::writer out;
  out.begin_object();
  write_members(out, link, address_of);
  out.end_object();
  return std::move(out).str();
}

std::string write_audit_page(const admin::audit_page& page, std::int64_t limit) {
  const std::span<const audit::entry> read(page.entries);
  const auto entries = shown(read, limit);
  json::writer out;
  out.begin_object();
  out.begin_array("events");
  for (const auto& event : entries) {
    out.begin_object()
        .member("id", std::to_string(event.number))
        .member("at", base::to_rfc3339(event.at))
        .member("action", event.action)
        .member("outcome", audit::name_of(event.outcome));
    write_person(out, "owner", event.owner, page);
    write_person(out, "actor", event.actor, page);
    out.member("address", event.address).member("request_id", event.request_id);
    if (!event.detail.empty()) out.json_member("detail", event.detail);
    out.end_object();
  }
  out.end_array();
  if (has_next_page(read, limit)) out.member("next_cursor", std::to_string(entries.back().number));
  out.end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
