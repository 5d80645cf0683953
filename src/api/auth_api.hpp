// The ways in, and what a signed-in account does with its password: register, log in, me, setup links.
#pragma once

#include "account/account_service.hpp"
#include "api/browser_session.hpp"
#include "api/caller.hpp"
#include "api/wire.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/entrance.hpp"
#include "session/link_requests.hpp"
#include "session/sign_in_counts.hpp"
#include "session/sign_in_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class auth_api {
 public:
  auth_api(account::account_service& accounts, session::sign_in_service& sign_ins, session::entrance& door,
           session::link_requests& requests, const browser_session& browser, session::sign_in_counts& counts)
      : accounts_(accounts),
        sign_ins_(sign_ins),
        entrance_(door),
        requests_(requests),
        browser_(browser),
        counts_(counts) {}

  async::awaitable<base::result<http::response>> get_policy(http::request& in);
  async::awaitable<base::result<http::response>> register_user(http::request& in);
  async::awaitable<base::result<http::response>> log_in(http::request& in);
  async::awaitable<base::result<http::response>> answer_challenge(http::request& in);
  async::awaitable<base::result<http::response>> get_me(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_password(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> inspect_setup_link(http::request& in);
  async::awaitable<base::result<http::response>> claim_setup_link(http::request& in);

 private:
  async::awaitable<base::result<http::response>> register_by_mail(http::request& in);

  account::account_service& accounts_;
  session::sign_in_service& sign_ins_;
  session::entrance& entrance_;
  session::link_requests& requests_;
  const browser_session& browser_;
  session::sign_in_counts& counts_;
};

}  // namespace kontor::api
