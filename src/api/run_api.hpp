// Having conversations answered, over HTTP.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "run/run_service.hpp"

namespace kontor::api {

/// What a run may do by tools that this caller begins: all that a session may, and what the scopes of a token say.
chat::tool_rights rights_of(const caller& who) noexcept;

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class run_api {
 public:
  run_api(run::run_service& runs, const base::clock& clock) : runs_(runs), clock_(clock) {}

  async::awaitable<base::result<http::response>> send_message(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_limits(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> cancel_run(http::request& in, const caller& who);

 private:
  run::run_service& runs_;
  const base::clock& clock_;
};

}  // namespace kontor::api
