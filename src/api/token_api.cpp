#include "api/token_api.hpp"

#include "api/client.hpp"
#include "api/paging.hpp"
#include "api/wire.hpp"
#include "base/text.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include <limits>
#include <string>

namespace kontor::api {
namespace {

constexpr std::size_t longest_name = 100;    // code points
constexpr std::int64_t longest_life = 3650;  // days

std::string read_token_name(json::object_reader& in) {
  const auto typed = in.required_string("name");
  if (!in.is_good("name")) return {};
  std::string name(base::trim(typed));
  if (name.empty())
    in.refuse("name", "too_short", "A name is needed, to tell tokens apart.");
  else if (base::count_code_points(name) > longest_name)
    in.refuse("name", "too_long", "A name has at most 100 characters.");
  else if (base::printable(name, std::numeric_limits<std::size_t>::max()) != name)
    in.refuse("name", "not_allowed", "A name has no control characters.");
  return name;
}

token::scope_set read_scopes(json::object_reader& in, const account::user& owner) {
  token::scope_set scopes;
  const auto names = in.required_strings("scopes");
  if (names.empty() && in.is_good("scopes")) in.refuse("scopes", "too_short", "At least one scope is needed.");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!in.is_good("scopes", i)) continue;
    const auto one = token::parse_scope(names[i]);
    if (!one || scopes.has(*one))
      in.refuse("scopes", i, "not_allowed", "This is no scope, or stands there twice.");
    else if (*one == token::scope::admin_read && !owner.is_admin)
      in.refuse("scopes", i, "not_allowed", "Only an administrator may give this scope.");
    else
      scopes.add(*one);
  }
  return scopes;
}

token::address_list read_addresses(json::object_reader& in) {
  token::address_list addresses;
  const auto entries = in.optional_strings("addresses", token::most_addresses);
  if (!entries) return addresses;
  for (std::size_t i = 0; i < entries->size(); ++i)
    if (!addresses.add((*entries)[i]))
      in.refuse("addresses", i, "not_allowed",
                "An address such as 192.0.2.7, or a range by its first address such as 192.0.2.0/24.");
  return addresses;
}

std::optional<std::chrono::days> read_life(json::object_reader& in) {
  const auto days = in.optional_integer("expires_in_days");
  if (!days || !in.is_good("expires_in_days")) return std::nullopt;
  if (*days < 1 || *days > longest_life) {
    in.refuse("expires_in_days", "not_allowed", "1 to 3650 days.");
    return std::nullopt;
  }
  return std::chrono::days(static_cast<int>(*days));
}

void write_members(json::writer& out, const token::personal_token& one) {
  out.member("id", one.id.text()).member("name", one.name).member("last_characters", one.last_characters);
  out.begin_array("scopes");
  for (const auto name : one.scopes.names())
    out.element(name);
  out.end_array().begin_array("addresses");
  for (const auto& entry : one.addresses.entries())
    out.element(entry);
  out.end_array().member("created_at", base::to_rfc3339(one.created_at));
  if (one.expires_at) out.member("expires_at", base::to_rfc3339(*one.expires_at));
  if (one.last_used_at) out.member("last_used_at", base::to_rfc3339(*one.last_used_at));
  if (one.last_used_address) out.member("last_used_address", *one.last_used_address);
}

std::string write_tokens(const std::vector<token::personal_token>& tokens) {
  json::writer out;
  out.begin_object().begin_array("tokens");
  for (const auto& one : tokens) {
    out.begin_object();
    write_members(out, one);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).str();
}

std::string write_issued_token(const token::issued_token& issued) {
  json::writer out;
  out.begin_object().member("token", issued.text.text()).begin_object("personal_token");
  write_members(out, issued.token);
  out.end_object().end_object();
  return std::move(out).str();
}

}  // namespace

base::result<token::token_request> read_token_request(std::string_view body, const account::user& owner) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader in(*parsed);
  token::token_request wanted;
  wanted.name = read_token_name(in);
  wanted.scopes = read_scopes(in, owner);
  wanted.addresses = read_addresses(in);
  wanted.life = read_life(in);
  if (const auto finished = in.finish(); !finished) return finished.error();
  return wanted;
}

async::awaitable<base::result<http::response>> token_api::list_tokens(http::request& in, const session::identity& me) {
  if (const auto whole = read_no_page(in); !whole) co_return whole.error();
  const auto tokens = co_await tokens_.list(me.owner.id);
  if (!tokens) co_return tokens.error();
  co_return json_response(200, write_tokens(*tokens));
}

async::awaitable<base::result<http::response>> token_api::create_token(http::request& in, const session::identity& me) {
  auto wanted = read_token_request(in.body, me.owner);
  if (!wanted) co_return wanted.error();
  const auto issued = co_await tokens_.create(me, std::move(*wanted), client_of(in));
  if (!issued) co_return issued.error();
  co_return json_response(201, write_issued_token(*issued));
}

async::awaitable<base::result<http::response>> token_api::revoke_token(http::request& in, const session::identity& me) {
  const auto which = token::token_id::parse(in.path_parameter("id"));
  if (!which) co_return base::error{base::errc::not_found, "", "", "no such token"};
  const auto done = co_await tokens_.revoke(me, *which, client_of(in));
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
