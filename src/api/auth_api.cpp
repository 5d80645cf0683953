#include "api/auth_api.hpp"

#include "api/client.hpp"

namespace kontor::api {

http::response auth_api::let_in(unsigned status, const session::signed_in& signed_in, delivery refresh_token) const {
  auto answer = json_response(status, write_signed_in(signed_in, refresh_token));
  if (refresh_token == delivery::cookie) browser_.keep(answer, signed_in);
  return answer;
}

async::awaitable<base::result<http::response>> auth_api::get_policy(http::request&) {
  co_return json_response(200, write_policy(accounts_.settings()));
}

async::awaitable<base::result<http::response>> auth_api::register_user(http::request& in) {
  if (const auto is_open = accounts_.check_registration_is_open(); !is_open) co_return is_open.error();
  auto wire = read_new_credentials(in.body, accounts_);
  if (!wire) co_return wire.error();
  const auto signed_in =
      co_await sign_ins_.register_user(std::move(wire->email), std::move(wire->password), client_of(in));
  if (!signed_in) co_return signed_in.error();
  auto answer = let_in(201, *signed_in, wire->refresh_token);
  answer.set("Location", "/api/v1/auth/me");
  co_return answer;
}

async::awaitable<base::result<http::response>> auth_api::log_in(http::request& in) {
  auto wire = read_credentials(in.body);
  if (!wire) co_return wire.error();
  const auto signed_in = co_await sign_ins_.log_in(std::move(wire->email), std::move(wire->password), client_of(in));
  if (!signed_in) co_return signed_in.error();
  co_return let_in(200, *signed_in, wire->refresh_token);
}

async::awaitable<base::result<http::response>> auth_api::get_me(http::request&, const caller& who) {
  co_return json_response(200, write_user(who.owner()));
}

async::awaitable<base::result<http::response>> auth_api::change_password(http::request& in,
                                                                         const session::identity& me) {
  auto wire = read_password_change(in.body);
  if (!wire) co_return wire.error();
  const auto changed =
      co_await sign_ins_.change_password(me, std::move(wire->current), std::move(wire->renewed), client_of(in));
  if (!changed) co_return changed.error();
  co_return json_response(200, write_signed_in(*changed, delivery::cookie));
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
  const auto signed_in =
      co_await sign_ins_.claim_setup_link(std::move(wire->token), std::move(wire->password), client_of(in));
  if (!signed_in) co_return signed_in.error();
  co_return let_in(200, *signed_in, wire->refresh_token);
}

}  // namespace kontor::api
