// What goes by mail: a forgotten password, the proof of an address, the change of one.
#pragma once

#include "api/browser_session.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/email_service.hpp"
#include "session/link_requests.hpp"
#include "session/password_reset_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class email_api {
 public:
  email_api(session::link_requests& requests, session::password_reset_service& resets, session::email_service& emails,
            const browser_session& browser)
      : requests_(requests), resets_(resets), emails_(emails), browser_(browser) {}

  async::awaitable<base::result<http::response>> forgot_password(http::request& in);
  async::awaitable<base::result<http::response>> reset_password(http::request& in);
  async::awaitable<base::result<http::response>> request_verification(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> request_change(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> confirm(http::request& in);

 private:
  session::link_requests& requests_;
  session::password_reset_service& resets_;
  session::email_service& emails_;
  const browser_session& browser_;
};

}  // namespace kontor::api
