// The table of all routes: what there is, who may, and who answers.
#pragma once

#include "api/admin_api.hpp"
#include "api/audit_api.hpp"
#include "api/auth_api.hpp"
#include "api/chart_api.hpp"
#include "api/chat_api.hpp"
#include "api/email_api.hpp"
#include "api/factor_api.hpp"
#include "api/guard.hpp"
#include "api/health_api.hpp"
#include "api/layout_api.hpp"
#include "api/leaving_api.hpp"
#include "api/market_api.hpp"
#include "api/meta_api.hpp"
#include "api/metrics_api.hpp"
#include "api/policy_api.hpp"
#include "api/run_api.hpp"
#include "api/secret_api.hpp"
#include "api/session_api.hpp"
#include "api/settings_api.hpp"
#include "api/token_api.hpp"
#include "api/ws_api.hpp"
#include "http/router.hpp"
#include "throttle/request_limiter.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace kontor::api {

enum class access {
  anyone,
  signed_in,  ///< A valid access token of an active account.
  admin,      ///< … whose account is an administrator now.
};
std::string_view name_of(access who) noexcept;

/// The objects that answer; all there, and they outlive the router.
struct apis {
  auth_api* auth;
  health_api* health;
  meta_api* meta;
  metrics_api* metrics;
  session_api* sessions;
  audit_api* audit;
  factor_api* factors;
  email_api* emails;
  leaving_api* leaving;
  token_api* tokens;
  secret_api* secrets;
  admin_api* admin;
  policy_api* policy;
  settings_api* settings;
  chat_api* chat;
  run_api* runs;
  market_api* market;
  chart_api* charts;
  layout_api* layouts;
  ws_api* sockets;
};

using answer = async::awaitable<base::result<http::response>>;

/// What a route runs: without anybody, for a session, or for a session or a personal token.
using open_handler = answer (*)(const apis&, http::request&);
using session_handler = answer (*)(const apis&, http::request&, const session::identity&);
using caller_handler = answer (*)(const apis&, http::request&, const caller&);

enum class takes {
  nothing,
  json,
  secret_json,   ///< For a value of the vault.
  long_json,     ///< For a list of many addresses.
  file_json,     ///< For a file of conversations.
  message_json,  ///< For what a user says to a model.
};

/// Does it need a proof that is younger than session_settings::proof_life?
enum class asks_proof { no, yes };

/// May somebody come here who must set up a second factor first? Only to where it is set up, and out.
enum class before_enrolment { closed, open };
enum class counted {
  yes,  ///< Every request counts against the limits of its address and of its user.
  no,   ///< For what watches the program: it must not go blind when a limit is used up.
};

struct route {
  http::method verb;
  std::string_view path;
  access who;
  /// An open_handler exactly when `who` is `anyone`, a caller_handler exactly when there is a `token_scope`.
  std::variant<open_handler, session_handler, caller_handler> handle;
  takes body;
  before_enrolment early = before_enrolment::closed;
  asks_proof proof = asks_proof::no;
  /// What a personal token needs; without it none is accepted. Never for what changes an account or its factors.
  std::optional<token::scope> token_scope = std::nullopt;
  counted requests = counted::yes;
  /// What somebody on the machine itself gets who says nothing of who they are (http::is_local_caller), uncounted; for
  /// everybody else without credentials there is no such path. Null: it makes no difference where somebody is.
  open_handler on_machine = nullptr;
};

/// Can a caller on the machine itself be told from one for whom a proxy on it asks?
enum class local_callers { told_apart, like_others };

/// What stands in front of the handlers; all outlive the router.
struct gatekeepers {
  guard* who;
  session::session_service* sessions;
  const account::account_service* accounts;
  throttle::request_limiter* limiter;
  local_callers local = local_callers::like_others;
};

/// Every route of the program, in the order of api/openapi.yaml. The socket (api/asyncapi.yaml) is beside them.
std::span<const route> all_routes();

/// The router over all routes: limits and guard in front of each handler, errors rendered once, `pages` for all other
/// GETs, counted by address. What `to` refers to outlives it.
http::router make_router(const apis& to, const gatekeepers& keepers, http::fallback pages);

}  // namespace kontor::api
