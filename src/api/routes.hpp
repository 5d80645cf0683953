// The table of all routes: what there is, who may, and who answers.
#pragma once

#include "api/admin_api.hpp"
#include "api/audit_api.hpp"
#include "api/auth_api.hpp"
#include "api/factor_api.hpp"
#include "api/health_api.hpp"
#include "api/meta_api.hpp"
#include "api/policy_api.hpp"
#include "api/session_api.hpp"
#include "http/router.hpp"

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
  session_api* sessions;
  audit_api* audit;
  factor_api* factors;
  admin_api* admin;
  policy_api* policy;
};

using answer = async::awaitable<base::result<http::response>>;

/// What a route runs: with or without the one who asks.
using open_handler = answer (*)(const apis&, http::request&);
using user_handler = answer (*)(const apis&, http::request&, const session::identity&);

enum class takes {
  nothing,
  json,
  long_json,  ///< For a list of many addresses.
};

/// Does it need a proof that is younger than session_settings::proof_life?
enum class asks_proof { no, yes };

/// May somebody come here who must set up a second factor first? Only to where it is set up, and out.
enum class before_enrolment { closed, open };

struct route {
  http::method verb;
  std::string_view path;
  access who;
  std::variant<open_handler, user_handler> handle;  ///< A user_handler exactly when `who` is not `anyone`.
  takes body;
  before_enrolment early = before_enrolment::closed;
  asks_proof proof = asks_proof::no;
};

/// What decides who gets through; all outlive the router.
struct gatekeepers {
  session::session_service* sessions;
  const account::account_service* accounts;
};

/// Every route of the program, in the order of api/openapi.yaml.
std::span<const route> all_routes();

/// The router over all routes: the guard in front of each handler, errors rendered once, `pages` for all other GETs.
/// What `to` refers to outlives it.
http::router make_router(const apis& to, const gatekeepers& keepers, http::fallback pages);

}  // namespace kontor::api
