// The policy, for administrators: who may register, what a password must be, who needs a second factor,
// how much an account may have answered.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "policy/policy_service.hpp"
#include "session/session_info.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class policy_api {
 public:
  explicit policy_api(policy::policy_service& policies) : policies_(policies) {}

  async::awaitable<base::result<http::response>> get_policy(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_policy(http::request& in, const session::identity& me);

 private:
  policy::policy_service& policies_;
};

}  // namespace kontor::api
