#include "api/auth_api.hpp"

#include "api/wire.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> auth_api::get_policy(http::request&) {
  co_return json_response(200, write_policy(accounts_.settings()));
}

async::awaitable<base::result<http::response>> auth_api::register_user(http::request& in) {
  if (const auto is_open = accounts_.check_registration_is_open(); !is_open) co_return is_open.error();
  auto wire = read_new_credentials(in.body, accounts_);
  if (!wire) co_return wire.error();
  const auto signed_in = co_await accounts_.register_user(std::move(wire->email), std::move(wire->password));
  if (!signed_in) co_return signed_in.error();
  auto answer = json_response(201, write_signed_in(*signed_in));
  answer.set("Location", "/api/v1/auth/me");
  co_return answer;
}

async::awaitable<base::result<http::response>> auth_api::log_in(http::request& in) {
  auto wire = read_credentials(in.body);
  if (!wire) co_return wire.error();
  const auto signed_in = co_await accounts_.log_in(std::move(wire->email), std::move(wire->password));
  if (!signed_in) co_return signed_in.error();
  co_return json_response(200, write_signed_in(*signed_in));
}

async::awaitable<base::result<http::response>> auth_api::get_me(http::request&, const account::user& me) {
  co_return json_response(200, write_user(me));
}

async::awaitable<base::result<http::response>> auth_api::inspect_setup_link(http::request& in) {
  auto token = read_setup_token(in.body);
  if (!token) co_return token.error();
  const auto link = co_await accounts_.inspect_setup_link(std::move(*token));
  if (!link) co_return link.error();
  co_return json_response(200, write_setup_link(*link));
}

async::awaitable<base::result<http::response>> auth_api::claim_setup_link(http::request& in) {
  auto wire = read_setup_claim(in.body);
  if (!wire) co_return wire.error();
  const auto signed_in = co_await accounts_.claim_setup_link(std::move(wire->token), std::move(wire->password));
  if (!signed_in) co_return signed_in.error();
  co_return json_response(200, write_signed_in(*signed_in));
}

}  // namespace kontor::api
