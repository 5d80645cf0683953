#include "api/routes.hpp"

#include "api/error_map.hpp"
#include "api/guarded_pieces.hpp"
#include "api/request_limits.hpp"
#include "base/log.hpp"
#include "http/local_caller.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace kontor::api {
namespace {

using http::method;

constexpr std::string_view socket_path = "/ws/stream";

// The largest body of a route that takes JSON: a password of 128 code points and an address, escaped to the last
// character, fit.
constexpr std::uint64_t json_limit = 16 * 1024;
// A value of vault::max_value_size bytes, escaped to the last character (`\u0001`), with what stands around it.
constexpr std::uint64_t secret_json_limit = 6 * vault::max_value_size + json_limit;
// policy::most_allowed_emails addresses of account::max_email_size bytes, with room for their commas.
constexpr std::uint64_t long_json_limit = 300 * 1024;
// A file of conversations that is brought: docs/conversations.md.
constexpr std::uint64_t file_json_limit = 16 * 1024 * 1024;
// A message of longest_message code points, each escaped as two (`\ud83d\ude80`), with what stands around it.
constexpr std::uint64_t message_json_limit = 12 * longest_message + json_limit;

// Which member of which object answers: `open<&apis::auth, &auth_api::log_in>`.
template <auto Api, auto Member>
answer open(const apis& to, http::request& in) {
  return ((to.*Api)->*Member)(in);
}

template <auto Api, auto Member>
answer own(const apis& to, http::request& in, const session::identity& me) {
  return ((to.*Api)->*Member)(in, me);
}

template <auto Api, auto Member>
answer readable(const apis& to, http::request& in, const caller& who) {
  return ((to.*Api)->*Member)(in, who);
}

constexpr open_handler get_health = open<&apis::health, &health_api::get_health>;
constexpr open_handler get_liveness = open<&apis::health, &health_api::get_liveness>;
constexpr open_handler get_readiness = open<&apis::health, &health_api::get_readiness>;
constexpr open_handler get_metrics = open<&apis::metrics, &metrics_api::get_metrics>;
constexpr caller_handler get_metrics_as = readable<&apis::metrics, &metrics_api::get_metrics_as>;
constexpr open_handler get_openapi = open<&apis::meta, &meta_api::get_openapi>;

constexpr auto open_early = before_enrolment::open;
constexpr auto needs_proof = asks_proof::yes;
constexpr auto no_proof = asks_proof::no;
constexpr auto closed_early = before_enrolment::closed;

constexpr std::array<route, 107> table = {{
    {method::get, "/api/v1/auth/policy", access::anyone, open<&apis::auth, &auth_api::get_policy>, takes::nothing},
    {method::post, "/api/v1/auth/register", access::anyone, open<&apis::auth, &auth_api::register_user>, takes::json},
    {method::post, "/api/v1/auth/login", access::anyone, open<&apis::auth, &auth_api::log_in>, takes::json},
    {method::post, "/api/v1/auth/login/code", access::anyone, open<&apis::auth, &auth_api::answer_challenge>,
     takes::json},
    {method::get, "/api/v1/auth/me", access::signed_in, readable<&apis::auth, &auth_api::get_me>, takes::nothing,
     open_early, no_proof, token::scope::account_read},
    {method::delete_, "/api/v1/auth/me", access::signed_in, own<&apis::leaving, &leaving_api::delete_me>,
     takes::nothing, closed_early, needs_proof},
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
    {method::get, "/api/v1/auth/sessions", access::signed_in, readable<&apis::sessions, &session_api::list_sessions>,
     takes::nothing, open_early, no_proof, token::scope::account_read},
    {method::delete_, "/api/v1/auth/sessions/{id:uuid}", access::signed_in,
     own<&apis::sessions, &session_api::end_session>, takes::nothing, open_early},
    {method::get, "/api/v1/auth/timeline", access::signed_in, readable<&apis::audit, &audit_api::get_timeline>,
     takes::nothing, closed_early, no_proof, token::scope::account_read},
    {method::get, "/api/v1/auth/tokens", access::signed_in, own<&apis::tokens, &token_api::list_tokens>,
     takes::nothing},
    {method::post, "/api/v1/auth/tokens", access::signed_in, own<&apis::tokens, &token_api::create_token>, takes::json,
     closed_early, needs_proof},
    {method::delete_, "/api/v1/auth/tokens/{id:uuid}", access::signed_in, own<&apis::tokens, &token_api::revoke_token>,
     takes::nothing},
    {method::get, "/api/v1/auth/export", access::signed_in, own<&apis::leaving, &leaving_api::get_export>,
     takes::nothing, closed_early, needs_proof},
    {method::post, "/api/v1/auth/setup/inspect", access::anyone, open<&apis::auth, &auth_api::inspect_setup_link>,
     takes::json},
    {method::post, "/api/v1/auth/setup", access::anyone, open<&apis::auth, &auth_api::claim_setup_link>, takes::json},
    {method::post, "/api/v1/auth/password/forgot", access::anyone, open<&apis::emails, &email_api::forgot_password>,
     takes::json},
    {method::post, "/api/v1/auth/password/reset", access::anyone, open<&apis::emails, &email_api::reset_password>,
     takes::json},
    {method::post, "/api/v1/auth/email/verification", access::signed_in,
     own<&apis::emails, &email_api::request_verification>, takes::json},
    {method::post, "/api/v1/auth/email/change", access::signed_in, own<&apis::emails, &email_api::request_change>,
     takes::json, closed_early, needs_proof},
    {method::post, "/api/v1/auth/email/confirm", access::anyone, open<&apis::emails, &email_api::confirm>, takes::json},
    {method::get, "/api/v1/secrets", access::signed_in, own<&apis::secrets, &secret_api::list_secrets>, takes::nothing},
    {method::post, "/api/v1/secrets", access::signed_in, own<&apis::secrets, &secret_api::save_secret>,
     takes::secret_json},
    {method::delete_, "/api/v1/secrets", access::signed_in, own<&apis::secrets, &secret_api::destroy_secrets>,
     takes::nothing, closed_early, needs_proof},
    {method::get, "/api/v1/secrets/{key}", access::signed_in, own<&apis::secrets, &secret_api::get_secret>,
     takes::nothing},
    {method::delete_, "/api/v1/secrets/{key}", access::signed_in, own<&apis::secrets, &secret_api::delete_secret>,
     takes::nothing},
    {method::post, "/api/v1/secrets/{key}/undelete", access::signed_in,
     own<&apis::secrets, &secret_api::undelete_secret>, takes::nothing},
    {method::get, "/api/v1/secrets/{key}/versions", access::signed_in, own<&apis::secrets, &secret_api::list_versions>,
     takes::nothing},
    {method::post, "/api/v1/secrets/{key}/reveal", access::signed_in, own<&apis::secrets, &secret_api::reveal_secret>,
     takes::json, closed_early, needs_proof},
    {method::get, "/api/v1/admin/users", access::admin, readable<&apis::admin, &admin_api::list_users>, takes::nothing,
     closed_early, no_proof, token::scope::admin_read},
    {method::post, "/api/v1/admin/users", access::admin, own<&apis::admin, &admin_api::invite_user>, takes::json,
     closed_early, needs_proof},
    {method::get, "/api/v1/admin/users/{id:uuid}", access::admin, readable<&apis::admin, &admin_api::get_user>,
     takes::nothing, closed_early, no_proof, token::scope::admin_read},
    {method::patch, "/api/v1/admin/users/{id:uuid}", access::admin, own<&apis::admin, &admin_api::change_user>,
     takes::json, closed_early, needs_proof},
    {method::delete_, "/api/v1/admin/users/{id:uuid}", access::admin, own<&apis::leaving, &leaving_api::delete_user>,
     takes::nothing, closed_early, needs_proof},
    {method::post, "/api/v1/admin/users/{id:uuid}/end-sessions", access::admin,
     own<&apis::admin, &admin_api::end_sessions>, takes::nothing, closed_early, needs_proof},
    {method::post, "/api/v1/admin/users/{id:uuid}/reset-link", access::admin,
     own<&apis::admin, &admin_api::make_reset_link>, takes::nothing, closed_early, needs_proof},
    {method::delete_, "/api/v1/admin/users/{id:uuid}/second-factor", access::admin,
     own<&apis::admin, &admin_api::remove_second_factor>, takes::nothing, closed_early, needs_proof},
    {method::get, "/api/v1/admin/policy", access::admin, readable<&apis::policy, &policy_api::get_policy>,
     takes::nothing, closed_early, no_proof, token::scope::admin_read},
    {method::patch, "/api/v1/admin/policy", access::admin, own<&apis::policy, &policy_api::change_policy>,
     takes::long_json, closed_early, needs_proof},
    {method::get, "/api/v1/admin/audit", access::admin, readable<&apis::audit, &audit_api::list_events>, takes::nothing,
     closed_early, no_proof, token::scope::admin_read},
    {method::get, "/api/v1/settings/exchange", access::signed_in, own<&apis::settings, &settings_api::get_exchange>,
     takes::nothing},
    {method::post, "/api/v1/settings/exchange", access::signed_in, own<&apis::settings, &settings_api::save_exchange>,
     takes::json},
    {method::delete_, "/api/v1/settings/exchange", access::signed_in,
     own<&apis::settings, &settings_api::delete_exchange>, takes::nothing},
    {method::post, "/api/v1/settings/exchange/test", access::signed_in,
     own<&apis::settings, &settings_api::test_exchange>, takes::nothing},
    {method::get, "/api/v1/settings/llm", access::signed_in, own<&apis::settings, &settings_api::get_llm>,
     takes::nothing},
    {method::post, "/api/v1/settings/llm", access::signed_in, own<&apis::settings, &settings_api::save_llm>,
     takes::json},
    {method::delete_, "/api/v1/settings/llm", access::signed_in, own<&apis::settings, &settings_api::delete_llm>,
     takes::nothing},
    {method::post, "/api/v1/settings/llm/test", access::signed_in, own<&apis::settings, &settings_api::test_llm>,
     takes::nothing},
    {method::get, "/api/v1/settings/preferences", access::signed_in,
     own<&apis::settings, &settings_api::get_preferences>, takes::nothing},
    {method::patch, "/api/v1/settings/preferences", access::signed_in,
     own<&apis::settings, &settings_api::change_preferences>, takes::json},
    {method::get, "/api/v1/settings/status", access::signed_in, own<&apis::settings, &settings_api::get_status>,
     takes::nothing},
    {method::get, "/api/v1/chat/", access::signed_in, readable<&apis::chat, &chat_api::list_conversations>,
     takes::nothing, closed_early, no_proof, token::scope::chat_read},
    {method::post, "/api/v1/chat/", access::signed_in, readable<&apis::runs, &run_api::send_message>,
     takes::message_json, closed_early, no_proof, token::scope::chat_write},
    {method::post, "/api/v1/chat/new", access::signed_in, readable<&apis::chat, &chat_api::create_conversation>,
     takes::json, closed_early, no_proof, token::scope::chat_write},
    {method::get, "/api/v1/chat/search", access::signed_in, readable<&apis::chat, &chat_api::search_conversations>,
     takes::nothing, closed_early, no_proof, token::scope::chat_read},
    {method::get, "/api/v1/chat/limits", access::signed_in, readable<&apis::runs, &run_api::get_limits>, takes::nothing,
     closed_early, no_proof, token::scope::chat_read},
    {method::get, "/api/v1/chat/export", access::signed_in, readable<&apis::chat, &chat_api::export_conversations>,
     takes::nothing, closed_early, no_proof, token::scope::chat_read},
    {method::post, "/api/v1/chat/import", access::signed_in, readable<&apis::chat, &chat_api::import_conversations>,
     takes::file_json, closed_early, no_proof, token::scope::chat_write},
    {method::get, "/api/v1/chat/{id:uuid}", access::signed_in, readable<&apis::chat, &chat_api::get_conversation>,
     takes::nothing, closed_early, no_proof, token::scope::chat_read},
    {method::patch, "/api/v1/chat/{id:uuid}", access::signed_in, readable<&apis::chat, &chat_api::change_conversation>,
     takes::json, closed_early, no_proof, token::scope::chat_write},
    {method::delete_, "/api/v1/chat/{id:uuid}", access::signed_in,
     readable<&apis::chat, &chat_api::delete_conversation>, takes::nothing, closed_early, no_proof,
     token::scope::chat_write},
    {method::post, "/api/v1/chat/{id:uuid}/restore", access::signed_in,
     readable<&apis::chat, &chat_api::restore_conversation>, takes::nothing, closed_early, no_proof,
     token::scope::chat_write},
    {method::put, "/api/v1/chat/{id:uuid}/branch", access::signed_in, readable<&apis::chat, &chat_api::show_branch>,
     takes::json, closed_early, no_proof, token::scope::chat_write},
    {method::get, "/api/v1/chat/{id:uuid}/status", access::signed_in,
     readable<&apis::chat, &chat_api::get_conversation_status>, takes::nothing, closed_early, no_proof,
     token::scope::chat_read},
    {method::post, "/api/v1/chat/{id:uuid}/cancel", access::signed_in, readable<&apis::runs, &run_api::cancel_run>,
     takes::nothing, closed_early, no_proof, token::scope::chat_write},
    {method::get, "/api/v1/chat/{id:uuid}/export", access::signed_in,
     readable<&apis::chat, &chat_api::export_conversation>, takes::nothing, closed_early, no_proof,
     token::scope::chat_read},
    {method::get, "/api/v1/market/symbols", access::signed_in, readable<&apis::market, &market_api::find_symbols>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::get, "/api/v1/market/tickers", access::signed_in, readable<&apis::market, &market_api::get_tickers>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::get, "/api/v1/market/candles", access::signed_in, readable<&apis::market, &market_api::get_candles>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::post, "/api/v1/market/verify", access::signed_in, readable<&apis::market, &market_api::verify_pin>,
     takes::json, closed_early, no_proof, token::scope::charts_read},
    {method::get, "/api/v1/charts", access::signed_in, readable<&apis::charts, &chart_api::list_charts>, takes::nothing,
     closed_early, no_proof, token::scope::charts_read},
    {method::post, "/api/v1/charts", access::signed_in, readable<&apis::charts, &chart_api::create_chart>, takes::json,
     closed_early, no_proof, token::scope::charts_write},
    {method::post, "/api/v1/charts/multi-timeframe", access::signed_in,
     readable<&apis::layouts, &layout_api::create_multi_timeframe>, takes::json, closed_early, no_proof,
     token::scope::charts_write},
    {method::get, "/api/v1/charts/{id:uuid}", access::signed_in, readable<&apis::charts, &chart_api::get_chart>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::patch, "/api/v1/charts/{id:uuid}", access::signed_in, readable<&apis::charts, &chart_api::change_chart>,
     takes::json, closed_early, no_proof, token::scope::charts_write},
    {method::delete_, "/api/v1/charts/{id:uuid}", access::signed_in, readable<&apis::charts, &chart_api::delete_chart>,
     takes::nothing, closed_early, no_proof, token::scope::charts_write},
    {method::post, "/api/v1/charts/{id:uuid}/duplicate", access::signed_in,
     readable<&apis::charts, &chart_api::duplicate_chart>, takes::nothing, closed_early, no_proof,
     token::scope::charts_write},
    {method::get, "/api/v1/charts/{id:uuid}/data", access::signed_in,
     readable<&apis::charts, &chart_api::get_chart_data>, takes::nothing, closed_early, no_proof,
     token::scope::charts_read},
    {method::get, "/api/v1/charts/{id:uuid}/csv", access::signed_in, readable<&apis::charts, &chart_api::export_chart>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::get, "/api/v1/layouts", access::signed_in, readable<&apis::layouts, &layout_api::list_layouts>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::post, "/api/v1/layouts", access::signed_in, readable<&apis::layouts, &layout_api::create_layout>,
     takes::json, closed_early, no_proof, token::scope::charts_write},
    {method::get, "/api/v1/layouts/{id:uuid}", access::signed_in, readable<&apis::layouts, &layout_api::get_layout>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::patch, "/api/v1/layouts/{id:uuid}", access::signed_in,
     readable<&apis::layouts, &layout_api::change_layout>, takes::json, closed_early, no_proof,
     token::scope::charts_write},
    {method::delete_, "/api/v1/layouts/{id:uuid}", access::signed_in,
     readable<&apis::layouts, &layout_api::delete_layout>, takes::nothing, closed_early, no_proof,
     token::scope::charts_write},
    {method::get, "/api/v1/favourites", access::signed_in, readable<&apis::layouts, &layout_api::list_favourites>,
     takes::nothing, closed_early, no_proof, token::scope::charts_read},
    {method::put, "/api/v1/favourites/{market}/{symbol}", access::signed_in,
     readable<&apis::layouts, &layout_api::add_favourite>, takes::nothing, closed_early, no_proof,
     token::scope::charts_write},
    {method::delete_, "/api/v1/favourites/{market}/{symbol}", access::signed_in,
     readable<&apis::layouts, &layout_api::remove_favourite>, takes::nothing, closed_early, no_proof,
     token::scope::charts_write},
    {method::post, "/api/v1/ws/ticket", access::signed_in, own<&apis::sockets, &ws_api::create_ticket>, takes::nothing},
    {method::get, "/api/v1/health", access::anyone, get_health, takes::nothing, closed_early, no_proof, std::nullopt,
     counted::no},
    {method::get, "/api/v1/health/live", access::anyone, get_liveness, takes::nothing, closed_early, no_proof,
     std::nullopt, counted::no},
    {method::get, "/api/v1/health/ready", access::anyone, get_readiness, takes::nothing, closed_early, no_proof,
     std::nullopt, counted::no},
    {method::get, "/api/v1/metrics", access::admin, get_metrics_as, takes::nothing, closed_early, no_proof,
     token::scope::admin_read, counted::yes, get_metrics},
    {method::get, "/api/v1/openapi.json", access::anyone, get_openapi, takes::nothing},
    // The same without the prefix, where container engines, proxies and people look first (x-also-at in the contract).
    {method::get, "/health", access::anyone, get_health, takes::nothing, closed_early, no_proof, std::nullopt,
     counted::no},
    {method::get, "/health/live", access::anyone, get_liveness, takes::nothing, closed_early, no_proof, std::nullopt,
     counted::no},
    {method::get, "/health/ready", access::anyone, get_readiness, takes::nothing, closed_early, no_proof, std::nullopt,
     counted::no},
    {method::get, "/metrics", access::admin, get_metrics_as, takes::nothing, closed_early, no_proof,
     token::scope::admin_read, counted::yes, get_metrics},
    {method::get, "/openapi.json", access::anyone, get_openapi, takes::nothing},
}};

struct front {
  apis to;
  gatekeepers keepers;
};

// Why this caller may not ask this, whoever it is. A personal token may only what a row says it may.
std::optional<base::error> fault_of(const route& row, const gatekeepers& keepers, const caller& who) {
  if (const auto* by = who.by_token()) {
    if (!row.token_scope) return base::error{base::errc::forbidden, "token-not-accepted", "", "a personal token"};
    if (!by->token.scopes.has(*row.token_scope))
      return base::error{base::errc::forbidden, "insufficient-scope", "", "a scope is missing"};
  }
  if (row.who == access::admin && !who.owner().is_admin)
    return base::error{base::errc::forbidden, "", "", "not an administrator"};
  if (row.early == before_enrolment::closed && !who.has_second_factor() &&
      keepers.accounts->demands_second_factor(who.owner()))
    return base::error{base::errc::forbidden, "second-factor-enrolment-required", "", ""};
  if (row.proof == asks_proof::yes && !keepers.sessions->is_proved(who.by_session()->session))
    return base::error{base::errc::forbidden, "step-up-required", "", ""};
  return std::nullopt;
}

// RFC 6750 section 3.1: the credentials are good, and do not reach this far.
http::response refuse(const route& row, const base::error& why, std::string_view request_id) {
  auto refusal = render_error(why, request_id);
  if (why.code != base::errc::forbidden || why.type == "step-up-required" ||
      why.type == "second-factor-enrolment-required")
    return refusal;
  std::string challenge = R"(Bearer error="insufficient_scope")";
  if (why.type == "insufficient-scope") challenge.append(", scope=\"").append(token::name_of(*row.token_scope)) += '"';
  refusal.set("WWW-Authenticate", challenge);
  return refusal;
}

// Lets in whom the row is for. A right, a proof or a factor may have come a moment ago, by another node: then the table
// of identities does not know it yet, and the database is asked before anybody is turned away.
async::awaitable<base::result<caller>> admit(const route& row, const gatekeepers& keepers, const http::request& in,
                                             base::result<caller> who) {
  auto fault = fault_of(row, keepers, *who);
  if (fault && who->by_session()) {
    keepers.sessions->forget(who->by_session()->session.id);
    who = co_await keepers.who->identify(in);
    if (!who) co_return who;
    fault = fault_of(row, keepers, *who);
  }
  if (!fault) co_return who;
  // The line of the request names nobody, and who tries doors is worth knowing (ASVS 16.3.2).
  base::log(base::log_level::info, "caller refused",
            {{"request_id", in.id},
             {"user_id", who->owner().id.str()},
             {"reason", fault->internal_detail.empty() ? fault->type : fault->internal_detail}});
  co_return std::move(*fault);
}

http::response rendered(base::result<http::response>& answered, std::string_view request_id) {
  return answered ? std::move(*answered) : render_error(answered.error(), request_id);
}

async::awaitable<http::response> answer_anyone(const front& at, const route& row, http::request& in) {
  request_tally tally(*at.keepers.limiter);
  if (row.requests == counted::yes) {
    if (const auto limited = tally.count_address(in.client)) co_return tally.told(render_error(*limited, in.id));
  }
  auto answered = co_await std::get<open_handler>(row.handle)(at.to, in);
  co_return tally.told(rendered(answered, in.id));
}

async::awaitable<http::response> answer_caller(const front& at, const route& row, http::request& in) {
  request_tally tally(*at.keepers.limiter);
  if (const auto limited = tally.count_address(in.client)) co_return tally.told(render_error(*limited, in.id));
  auto who = co_await at.keepers.who->identify(in);
  if (!who) co_return tally.told(render_error(who.error(), in.id));
  if (const auto limited = tally.count_user(who->owner().id)) co_return tally.told(render_error(*limited, in.id));
  who = co_await admit(row, at.keepers, in, std::move(who));
  if (!who) co_return tally.told(refuse(row, who.error(), in.id));
  if (const auto* handle = std::get_if<caller_handler>(&row.handle)) {
    auto answered = co_await (*handle)(at.to, in, *who);
    co_return tally.told(guarded(rendered(answered, in.id), *at.keepers.who, in, *who));
  }
  // A row that takes personal tokens has a caller_handler, so a session asks here.
  auto answered = co_await std::get<session_handler>(row.handle)(at.to, in, *who->by_session());
  co_return tally.told(guarded(rendered(answered, in.id), *at.keepers.who, in, *who));
}

// Whoever shows credentials is judged by them, wherever they are.
async::awaitable<http::response> answer_machine(const front& at, const route& row, http::request& in) {
  if (in.count_headers("Authorization") > 0) co_return co_await answer_caller(at, row, in);
  if (at.keepers.local == local_callers::told_apart && http::is_local_caller(in)) {
    auto answered = co_await row.on_machine(at.to, in);
    co_return rendered(answered, in.id);
  }
  request_tally tally(*at.keepers.limiter);
  if (const auto limited = tally.count_address(in.client)) co_return tally.told(render_error(*limited, in.id));
  const base::error nothing_here{base::errc::not_found, "", "", "no such path"};
  co_return tally.told(render_error(nothing_here, in.id));
}

// Nobody gets a body read who may not send one (security checklist c.52). Nothing is counted here: the handler, which
// follows, does.
async::awaitable<std::optional<http::response>> refuse_before_body(const route& row, const gatekeepers& keepers,
                                                                   http::request& in) {
  auto who = co_await keepers.who->identify(in);
  if (who) who = co_await admit(row, keepers, in, std::move(who));
  if (!who) co_return refuse(row, who.error(), in.id);
  co_return std::nullopt;
}

http::body_gate gate_of(const route& row, const gatekeepers& keepers) {
  if (row.who == access::anyone || row.on_machine != nullptr) return {};
  return [&row, keepers](http::request& in) { return refuse_before_body(row, keepers, in); };
}

http::route_options options_of(const route& row) {
  using enum http::route_options::body_kind;
  switch (row.body) {
    case takes::nothing:
      break;
    case takes::json:
      return {.body = json, .body_limit = json_limit};
    case takes::secret_json:
      return {.body = json, .body_limit = secret_json_limit};
    case takes::long_json:
      return {.body = json, .body_limit = long_json_limit};
    case takes::file_json:
      return {.body = json, .body_limit = file_json_limit};
    case takes::message_json:
      return {.body = json, .body_limit = message_json_limit};
  }
  return {};
}

void check(const route& row) {
  const bool is_open = std::holds_alternative<open_handler>(row.handle);
  const bool is_for_tokens = std::holds_alternative<caller_handler>(row.handle);
  if ((row.who == access::anyone) != is_open || row.token_scope.has_value() != is_for_tokens)
    throw std::logic_error("the handler of " + std::string(row.path) + " does not fit the access it has");
}

http::handler guarded(const front& at, const route& row) {
  check(row);
  if (row.who == access::anyone) return [at, &row](http::request& in) { return answer_anyone(at, row, in); };
  if (row.on_machine != nullptr) return [at, &row](http::request& in) { return answer_machine(at, row, in); };
  return [at, &row](http::request& in) { return answer_caller(at, row, in); };
}

// The one route that is not on the table: what is said there stands in api/asyncapi.yaml. Who comes is looked at by its
// handler, because a token may stand in the address here, and nowhere else.
async::awaitable<http::response> answer_socket(const front& at, http::request& in) {
  request_tally tally(*at.keepers.limiter);
  if (const auto limited = tally.count_address(in.client)) co_return tally.told(render_error(*limited, in.id));
  auto answered = co_await at.to.sockets->open_socket(in);
  if (answered) co_return std::move(*answered);
  co_return tally.told(render_error(answered.error(), in.id));
}

async::awaitable<http::response> answer_page(const http::handler& pages, throttle::request_limiter& limiter,
                                             http::request& in) {
  request_tally tally(limiter);
  if (const auto limited = tally.count_address(in.client)) co_return render_error(*limited, in.id);
  co_return co_await pages(in);
}

// The fields are for programs; pages are fetched by browsers, which do not read them.
http::fallback counted_pages(http::fallback pages, throttle::request_limiter& limiter) {
  if (!pages.handle) return pages;
  auto handle = std::make_shared<const http::handler>(std::move(pages.handle));
  pages.handle = [handle, &limiter](http::request& in) { return answer_page(*handle, limiter, in); };
  return pages;
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
  const front at{to, keepers};
  http::router router;
  for (const auto& row : table)
    router.add(row.verb, row.path, guarded(at, row), options_of(row), gate_of(row, keepers));
  const http::route_options socket{.upgrade = http::route_options::upgrade_kind::web_socket};
  router.add(method::get, socket_path, [at](http::request& in) { return answer_socket(at, in); }, socket);
  router.set_fallback(counted_pages(std::move(pages), *keepers.limiter));
  return router;
}

}  // namespace kontor::api
