// The routes below /auth: register, log in, me, setup links.
#pragma once

#include "account/account_service.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class auth_api {
 public:
  explicit auth_api(account::account_service& accounts) : accounts_(accounts) {}

  async::awaitable<base::result<http::response>> get_policy(http::request& in);
  async::awaitable<base::result<http::response>> register_user(http::request& in);
  async::awaitable<base::result<http::response>> log_in(http::request& in);
  async::awaitable<base::result<http::response>> get_me(http::request& in, const account::user& me);
  async::awaitable<base::result<http::response>> inspect_setup_link(http::request& in);
  async::awaitable<base::result<http::response>> claim_setup_link(http::request& in);

 private:
  account::account_service& accounts_;
};

}  // namespace kontor::api
