#include "api/routes.hpp"

#include "api/error_map.hpp"
#include "api/guard.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

namespace kontor::api {
namespace {

using http::method;

// The largest body of a route that takes JSON: a password of 128 code points and an address, escaped to the last
// character, fit.
constexpr std::uint64_t json_limit = 16 * 1024;
// policy::most_allowed_emails addresses of account::max_email_size bytes, with room for their commas.
constexpr std::uint64_t long_json_limit = 300 * 1024;

// Which member of which object answers: `open<&apis::auth, &auth_api::log_in>`.
template <auto Api, auto Member>
answer open(const apis& to, http::request& in) {
  return ((to.*Api)->*Member)(in);
}

template <auto Api, auto Member>
answer own(const apis& to, http::request& in, const session::identity& me) {
  return ((to.*Api)->*Member)(in, me);
}

constexpr open_handler get_health = open<&apis::health, &health_api::get_health>;
constexpr open_handler get_liveness = open<&apis::health, &health_api::get_liveness>;
constexpr open_handler get_readiness = open<&apis::health, &health_api::get_readiness>;
constexpr open_handler get_openapi = open<&apis::meta, &meta_api::get_openapi>;

constexpr auto open_early = before_enrolment::open;
constexpr auto needs_proof = asks_proof::yes;

constexpr std::array<route, 38> table = {{
    {method::get, "/api/v1/auth/policy", access::anyone, open<&apis::auth, &auth_api::get_policy>, takes::nothing},
    {method::post, "/api/v1/auth/register", access::anyone, open<&apis::auth, &auth_api::register_user>, takes::json},
    {method::post, "/api/v1/auth/login", access::anyone, open<&apis::auth, &auth_api::log_in>, takes::json},
    {method::post, "/api/v1/auth/login/code", access::anyone, open<&apis::auth, &auth_api::answer_challenge>,
     takes::json},
    {method::get, "/api/v1/auth/me", access::signed_in, own<&apis::auth, &auth_api::get_me>, takes::nothing,
     open_early},
    {method::post, "/api/v1/auth/password", access::signed_in, own<&apis::auth, &auth_api::change_password>,
     takes::json, open_early},
    {method::post, "/api/v1/auth/step-up", access::signed_in, own<&apis::factors, &factor_api::step_up>, takes::json,
     open_early},
    {method::get, "/api/v1/auth/second-factor", access::signed_in, own<&apis::factors, &factor_api::get_state>,
     takes::nothing, open_early},
    {method::post, "/api/v1/auth/second-factor/totp", access::signed_in, own<&apis::factors, &factor_api::begin_totp>,
     takes::json, open_early, needs_proof},
    {method::delete_, "/api/v1/auth/second-factor/totp", access::signed_in,
     own<&apis::factors, &factor_api::remove_totp>, takes::nothing, open_early, needs_proof},
    {method::post, "/api/v1/auth/second-factor/totp/confirm", access::signed_in,
     own<&apis::factors, &factor_api::confirm_totp>, takes::json, open_early},
    {method::post, "/api/v1/auth/second-factor/recovery-codes", access::signed_in,
     own<&apis::factors, &factor_api::renew_recovery_codes>, takes::json, open_early, needs_proof},
    {method::post, "/api/v1/auth/refresh", access::anyone, open<&apis::sessions, &session_api::refresh>, takes::json},
    {method::post, "/api/v1/auth/logout", access::anyone, open<&apis::sessions, &session_api::log_out>, takes::json},
    {method::post, "/api/v1/auth/logout-all", access::signed_in, own<&apis::sessions, &session_api::log_out_all>,
     takes::json, open_early},
    {method::get, "/api/v1/auth/sessions", access::signed_in, own<&apis::sessions, &session_api::list_sessions>,
     takes::nothing, open_early},
    {method::delete_, "/api/v1/auth/sessions/{id:uuid}", access::signed_in,
     own<&apis::sessions, &session_api::end_session>, takes::nothing, open_early},
    {method::get, "/api/v1/auth/timeline", access::signed_in, own<&apis::audit, &audit_api::get_timeline>,
     takes::nothing},
    {method::post, "/api/v1/auth/setup/inspect", access::anyone, open<&apis::auth, &auth_api::inspect_setup_link>,
     takes::json},
    {method::post, "/api/v1/auth/setup", access::anyone, open<&apis::auth, &auth_api::claim_setup_link>, takes::json},
    {method::get, "/api/v1/admin/users", access::admin, own<&apis::admin, &admin_api::list_users>, takes::nothing},
    {method::post, "/api/v1/admin/users", access::admin, own<&apis::admin, &admin_api::invite_user>, takes::json,
     before_enrolment::closed, needs_proof},
    {method::get, "/api/v1/admin/users/{id:uuid}", access::admin, own<&apis::admin, &admin_api::get_user>,
     takes::nothing},
    {method::patch, "/api/v1/admin/users/{id:uuid}", access::admin, own<&apis::admin, &admin_api::change_user>,
     takes::json, before_enrolment::closed, needs_proof},
    {method::post, "/api/v1/admin/users/{id:uuid}/end-sessions", access::admin,
     own<&apis::admin, &admin_api::end_sessions>, takes::nothing, before_enrolment::closed, needs_proof},
    {method::post, "/api/v1/admin/users/{id:uuid}/reset-link", access::admin,
     own<&apis::admin, &admin_api::make_reset_link>, takes::nothing, before_enrolment::closed, needs_proof},
    {method::delete_, "/api/v1/admin/users/{id:uuid}/second-factor", access::admin,
     own<&apis::admin, &admin_api::remove_second_factor>, takes::nothing, before_enrolment::closed, needs_proof},
    {method::get, "/api/v1/admin/policy", access::admin, own<&apis::policy, &policy_api::get_policy>, takes::nothing},
    {method::patch, "/api/v1/admin/policy", access::admin, own<&apis::policy, &policy_api::change_policy>,
     takes::long_json, before_enrolment::closed, needs_proof},
    {method::get, "/api/v1/admin/audit", access::admin, own<&apis::audit, &audit_api::list_events>, takes::nothing},
    {method::get, "/api/v1/health", access::anyone, get_health, takes::nothing},
    {method::get, "/api/v1/health/live", access::anyone, get_liveness, takes::nothing},
    {method::get, "/api/v1/health/ready", access::anyone, get_readiness, takes::nothing},
    {method::get, "/api/v1/openapi.json", access::anyone, get_openapi, takes::nothing},
    // The same without the prefix, where container engines, proxies and people look first (x-also-at in the contract).
    {method::get, "/health", access::anyone, get_health, takes::nothing},
    {method::get, "/health/live", access::anyone, get_liveness, takes::nothing},
    {method::get, "/health/ready", access::anyone, get_readiness, takes::nothing},
    {method::get, "/openapi.json", access::anyone, get_openapi, takes::nothing},
}};

async::awaitable<http::response> answer_anyone(const apis& to, open_handler handle, http::request& in) {
  auto answered = co_await handle(to, in);
  co_return answered ? std::move(*answered) : render_error(answered.error(), in.id);
}

base::error not_an_administrator() {
  return {base::errc::forbidden, "", "", "not an administrator"};
}

// What a route asks that the one who asks does not meet.
std::optional<base::error> find_refusal(const route& row, const gatekeepers& keepers, const session::identity& me) {
  if (row.who == access::admin && !me.owner.is_admin) return not_an_administrator();
  if (row.early == before_enrolment::closed && !me.has_second_factor &&
      keepers.accounts->demands_second_factor(me.owner))
    return base::error{base::errc::forbidden, "second-factor-enrolment-required", "", ""};
  if (row.proof == asks_proof::yes && !keepers.sessions->is_proved(me.session))
    return base::error{base::errc::forbidden, "step-up-required", "", ""};
  return std::nullopt;
}

// A proof or a factor may have come a moment ago, by another node: then the table of identities does not know it yet.
async::awaitable<base::result<session::identity>> look_again(const route& row, const gatekeepers& keepers,
                                                             const http::request& in, session::identity seen) {
  keepers.sessions->forget(seen.session.id);
  auto me = co_await authenticate(*keepers.sessions, in);
  if (!me) co_return me;
  if (auto refusal = find_refusal(row, keepers, *me)) co_return std::move(*refusal);
  co_return me;
}

http::response refuse(const route& row, const base::error& why, std::string_view request_id) {
  auto refusal = render_error(why, request_id);
  if (row.who == access::admin && why.code == base::errc::forbidden && why.type.empty())
    refusal.set("WWW-Authenticate", R"(Bearer error="insufficient_scope")");
  return refusal;
}

async::awaitable<http::response> answer_user(const apis& to, const route& row, const gatekeepers& keepers,
                                             http::request& in) {
  auto me = co_await authenticate(*keepers.sessions, in);
  if (me && find_refusal(row, keepers, *me)) me = co_await look_again(row, keepers, in, std::move(*me));
  if (!me) co_return refuse(row, me.error(), in.id);
  auto answered = co_await std::get<user_handler>(row.handle)(to, in, *me);
  co_return answered ? std::move(*answered) : render_error(answered.error(), in.id);
}

// Nobody gets a body read who may not send one (security checklist c.52).
async::awaitable<std::optional<http::response>> refuse_before_body(const route& row, const gatekeepers& keepers,
                                                                   http::request& in) {
  auto me = co_await authenticate(*keepers.sessions, in);
  if (me && find_refusal(row, keepers, *me)) me = co_await look_again(row, keepers, in, std::move(*me));
  if (!me) co_return refuse(row, me.error(), in.id);
  co_return std::nullopt;
}

http::body_gate gate_of(const route& row, const gatekeepers& keepers) {
  if (row.who == access::anyone) return {};
  return [&row, keepers](http::request& in) { return refuse_before_body(row, keepers, in); };
}

http::route_options options_of(const route& row) {
  http::route_options options;
  if (row.body != takes::nothing)
    options = {.body = http::route_options::body_kind::json,
               .body_limit = row.body == takes::json ? json_limit : long_json_limit};
  return options;
}

http::handler guarded(const apis& to, const route& row, const gatekeepers& keepers) {
  const bool needs_account = row.who != access::anyone;
  if (needs_account != std::holds_alternative<user_handler>(row.handle))
    throw std::logic_error("the handler of " + std::string(row.path) + " does not fit the access it has");
  if (needs_account) return [to, &row, keepers](http::request& in) { return answer_user(to, row, keepers, in); };
  return [to, handle = std::get<open_handler>(row.handle)](http::request& in) { return answer_anyone(to, handle, in); };
}

}  // namespace

std::string_view name_of(access who) noexcept {
  switch (who) {
    case access::anyone:
      return "anyone";
    case access::signed_in:
      return "signed_in";
    case access::admin:
      break;
  }
  return "admin";
}

std::span<const route> all_routes() {
  return table;
}

http::router make_router(const apis& to, const gatekeepers& keepers, http::fallback pages) {
  http::router router;
  for (const auto& row : table)
    router.add(row.verb, row.path, guarded(to, row, keepers), options_of(row), gate_of(row, keepers));
  router.set_fallback(std::move(pages));
  return router;
}

}  // namespace kontor::api
