// The ways in, and what a signed-in account does with its password: register, log in, me, setup links.
#pragma once

#include "account/account_service.hpp"
#include "api/browser_session.hpp"
#include "api/caller.hpp"
#include "api/wire.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/sign_in_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class auth_api {
 public:
  auth_api(account::account_service& accounts, session::sign_in_service& sign_ins, const browser_session& browser)
      : accounts_(accounts), sign_ins_(sign_ins), browser_(browser) {}

  async::awaitable<base::result<http::response>> get_policy(http::request& in);
  async::awaitable<base::result<http::response>> register_user(http::request& in);
  async::awaitable<base::result<http::response>> log_in(http::request& in);
  async::awaitable<base::result<http::response>> get_me(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_password(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> inspect_setup_link(http::request& in);
  async::awaitable<base::result<http::response>> claim_setup_link(http::request& in);

 private:
  http::response let_in(unsigned status, const session::signed_in& signed_in, delivery refresh_token) const;

  account::account_service& accounts_;
  session::sign_in_service& sign_ins_;
  const browser_session& browser_;
};

}  // namespace kontor::api
