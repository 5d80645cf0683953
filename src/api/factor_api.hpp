// The second factor of the one who asks, and proving again that it is them.
#pragma once

#include "api/browser_session.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/enrolment_service.hpp"
#include "session/step_up_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class factor_api {
 public:
  factor_api(session::enrolment_service& enrolments, session::step_up_service& step_ups, const browser_session& browser)
      : enrolments_(enrolments), step_ups_(step_ups), browser_(browser) {}

  async::awaitable<base::result<http::response>> step_up(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> get_state(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> begin_totp(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> confirm_totp(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> remove_totp(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> renew_recovery_codes(http::request& in, const session::identity& me);

 private:
  session::enrolment_service& enrolments_;
  session::step_up_service& step_ups_;
  const browser_session& browser_;
};

}  // namespace kontor::api
