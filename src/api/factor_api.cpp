#include "api/factor_api.hpp"

#include "api/wire.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> factor_api::step_up(http::request& in, const session::identity& me) {
  auto shown = read_step_up(in.body);
  if (!shown) co_return shown.error();
  const auto proved = co_await step_ups_.prove(me, std::move(*shown), browser_.client_of(in));
  if (!proved) co_return proved.error();
  co_return json_response(200, write_signed_in(*proved, delivery::cookie));
}

async::awaitable<base::result<http::response>> factor_api::get_state(http::request&, const session::identity& me) {
  const auto state = co_await enrolments_.state(me);
  if (!state) co_return state.error();
  co_return json_response(200, write_second_factor(*state));
}

async::awaitable<base::result<http::response>> factor_api::begin_totp(http::request& in, const session::identity& me) {
  if (const auto read = read_nothing(in.body); !read) co_return read.error();
  const auto setup = co_await enrolments_.begin(me);
  if (!setup) co_return setup.error();
  co_return json_response(201, write_totp_setup(*setup));
}

async::awaitable<base::result<http::response>> factor_api::confirm_totp(http::request& in,
                                                                        const session::identity& me) {
  auto code = read_code(in.body);
  if (!code) co_return code.error();
  const auto codes = co_await enrolments_.confirm(me, std::move(*code), browser_.client_of(in));
  if (!codes) co_return codes.error();
  co_return json_response(200, write_recovery_codes(*codes));
}

async::awaitable<base::result<http::response>> factor_api::remove_totp(http::request& in, const session::identity& me) {
  const auto done = co_await enrolments_.remove(me, browser_.client_of(in));
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> factor_api::renew_recovery_codes(http::request& in,
                                                                                const session::identity& me) {
  if (const auto read = read_nothing(in.body); !read) co_return read.error();
  const auto codes = co_await enrolments_.renew_recovery_codes(me, browser_.client_of(in));
  if (!codes) co_return codes.error();
  co_return json_response(200, write_recovery_codes(*codes));
}

}  // namespace kontor::api
