// Sessions on the wire: refresh, log out, list, end.
#pragma once

#include "api/browser_session.hpp"
#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class session_api {
 public:
  session_api(session::session_service& sessions, const browser_session& browser)
      : sessions_(sessions), browser_(browser) {}

  async::awaitable<base::result<http::response>> refresh(http::request& in);
  async::awaitable<base::result<http::response>> log_out(http::request& in);
  async::awaitable<base::result<http::response>> log_out_all(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> list_sessions(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> end_session(http::request& in, const session::identity& me);

 private:
  session::session_service& sessions_;
  const browser_session& browser_;
};

}  // namespace kontor::api
