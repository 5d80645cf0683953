#include "api/secret_api.hpp"

#include "api/client.hpp"
#include "api/paging.hpp"
#include "api/query_reader.hpp"
#include "api/read_object.hpp"
#include "api/wire.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"
#include "vault/secret_name.hpp"

#include <algorithm>
#include <utility>

namespace kontor::api {
namespace {

// What stands around a value in an answer: names of members, the name of the secret, the version.
constexpr std::size_t around_a_value = 256;
constexpr std::size_t longest_escape = 6;

void write_members(json::writer& out, const vault::secret_info& one) {
  out.member("name", one.name).member("version", one.version).member("readable", one.is_readable);
  if (!one.hint.empty()) out.member("last_four", one.hint.text());
  // Whose row was taken away has no times.
  if (one.created_at != base::timestamp()) out.member("created_at", base::to_rfc3339(one.created_at));
  if (one.updated_at != base::timestamp()) out.member("updated_at", base::to_rfc3339(one.updated_at));
  if (one.deleted_at) out.member("deleted_at", base::to_rfc3339(*one.deleted_at));
  if (one.last_used_at) out.member("last_used_at", base::to_rfc3339(*one.last_used_at));
}

std::string write_versions(const std::vector<vault::statements::listed_version>& versions) {
  json::writer out;
  out.begin_object().begin_array("versions");
  for (const auto& [version, created_at] : versions)
    out.begin_object().member("version", version).member("created_at", base::to_rfc3339(created_at)).end_object();
  out.end_array().end_object();
  return std::move(out).str();
}

std::string read_secret_name(json::object_reader& in) {
  auto name = in.required_string("name");
  if (in.is_good("name") && !vault::is_secret_name(name))
    in.refuse("name", "not_allowed", "1 to 64 of a-z 0-9 _ . -, the first a letter or digit.");
  return name;
}

base::secret_bytes read_value(json::object_reader& in) {
  auto value = in.required_secret("value");
  if (!in.is_good("value")) return value;
  if (value.empty()) in.refuse("value", "too_short", "A value is needed.");
  if (value.size() > vault::max_value_size) in.refuse("value", "too_long", "A value has at most 65,536 bytes.");
  return value;
}

std::optional<std::int64_t> read_version(json::object_reader& in, std::string_view member, std::int64_t least) {
  const auto version = in.optional_integer(member);
  if (version && in.is_good(member) && *version < least)
    in.refuse(member, "not_allowed", "At least " + std::to_string(least) + ".");
  return version;
}

enum class removal { can_be_undone, permanent };

base::result<removal> read_removal(const http::request& in) {
  query_reader query(in);
  const auto permanently = query.text("permanently");
  if (permanently && *permanently != "true" && *permanently != "false")
    query.refuse("permanently", "Either true or false.");
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return permanently == "true" ? removal::permanent : removal::can_be_undone;
}

}  // namespace

base::result<new_secret> read_new_secret(std::string_view body) {
  return read_object<new_secret>(body, [](json::object_reader& in) {
    new_secret wire;
    wire.name = read_secret_name(in);
    wire.value = read_value(in);
    wire.how.expected_version = read_version(in, "expected_version", 0);
    if (in.optional_boolean("replace_unreadable").value_or(false)) wire.how.if_unreadable = vault::unreadable::replace;
    return wire;
  });
}

base::result<std::optional<std::int64_t>> read_reveal(std::string_view body) {
  if (body.empty()) return std::optional<std::int64_t>();
  return read_object<std::optional<std::int64_t>>(
      body, [](json::object_reader& in) { return read_version(in, "version", 1); });
}

std::string write_secret(const vault::secret_info& one) {
  json::writer out;
  out.begin_object();
  write_members(out, one);
  out.end_object();
  return std::move(out).str();
}

std::string write_secrets(const std::vector<vault::secret_info>& secrets) {
  json::writer out;
  out.begin_object().begin_array("secrets");
  for (const auto& one : secrets) {
    out.begin_object();
    write_members(out, one);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).str();
}

base::result<http::response> reveal_response(std::string_view name, const vault::secret_value& found) {
  if (!base::is_utf8(found.value.text()))
    return base::error{base::errc::conflict, "", "The value is no text, so it cannot be shown.", "not UTF-8"};
  json::writer out;
  out.reserve(longest_escape * found.value.size() + around_a_value);
  out.begin_object()
      .member("name", name)
      .member("version", found.version)
      .member("value", found.value.text())
      .end_object();
  auto text = std::move(out).str();
  base::secret_bytes body{std::string_view(text)};
  base::wipe(text.data(), text.size());
  return http::response::with_secret_body(200, "application/json; charset=utf-8", std::move(body));
}

async::awaitable<base::result<http::response>> secret_api::list_secrets(http::request& in,
                                                                        const session::identity& me) {
  if (const auto whole = read_no_page(in); !whole) co_return whole.error();
  const auto secrets = co_await secrets_.list_user_secrets(me.owner.id);
  if (!secrets) co_return secrets.error();
  co_return json_response(200, write_secrets(*secrets));
}

async::awaitable<base::result<http::response>> secret_api::save_secret(http::request& in, const session::identity& me) {
  auto wire = read_new_secret(in.body);
  if (!wire) co_return wire.error();
  const auto saved = co_await secrets_.save_user_secret(me.owner.id, std::move(wire->name), std::move(wire->value),
                                                        wire->how, act_of(in, me));
  if (!saved) co_return saved.error();
  auto answer = json_response(saved->version == 1 ? 201 : 200, write_secret(*saved));
  if (saved->version == 1) answer.set("Location", "/api/v1/secrets/" + saved->name);
  co_return answer;
}

async::awaitable<base::result<http::response>> secret_api::destroy_secrets(http::request& in,
                                                                           const session::identity& me) {
  const auto done = co_await secrets_.destroy_all(me.owner.id, act_of(in, me));
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> secret_api::get_secret(http::request& in, const session::identity& me) {
  std::vector<std::string> names;
  names.push_back(in.path_parameter("key"));
  const auto secrets = co_await secrets_.find_user_secrets(me.owner.id, std::move(names));
  if (!secrets) co_return secrets.error();
  if (secrets->empty()) co_return base::error{base::errc::not_found, "", "", "no such secret"};
  co_return json_response(200, write_secret(secrets->front()));
}

async::awaitable<base::result<http::response>> secret_api::delete_secret(http::request& in,
                                                                         const session::identity& me) {
  const auto how = read_removal(in);
  if (!how) co_return how.error();
  const auto name = in.path_parameter("key");
  base::result<void> done;
  if (*how == removal::permanent)
    done = co_await secrets_.destroy_user_secret(me.owner.id, name, act_of(in, me));
  else
    done = co_await secrets_.delete_user_secret(me.owner.id, name, act_of(in, me));
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> secret_api::undelete_secret(http::request& in,
                                                                           const session::identity& me) {
  const auto back = co_await secrets_.undelete_user_secret(me.owner.id, in.path_parameter("key"), act_of(in, me));
  if (!back) co_return back.error();
  co_return json_response(200, write_secret(*back));
}

async::awaitable<base::result<http::response>> secret_api::list_versions(http::request& in,
                                                                         const session::identity& me) {
  const auto versions = co_await secrets_.list_versions(me.owner.id, in.path_parameter("key"));
  if (!versions) co_return versions.error();
  co_return json_response(200, write_versions(*versions));
}

async::awaitable<base::result<http::response>> secret_api::reveal_secret(http::request& in,
                                                                         const session::identity& me) {
  const auto version = read_reveal(in.body);
  if (!version) co_return version.error();
  const auto name = in.path_parameter("key");
  const auto found = co_await secrets_.reveal_user_secret(me.owner.id, name, *version, act_of(in, me));
  if (!found) co_return found.error();
  co_return reveal_response(name, *found);
}

}  // namespace kontor::api
