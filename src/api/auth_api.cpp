#include "api/auth_api.hpp"

#include "api/client.hpp"
#include "api/entry_response.hpp"
#include "async/even_pace.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> auth_api::get_policy(http::request&) {
  co_return json_response(200, write_policy(accounts_.settings()));
}

async::awaitable<base::result<http::response>> auth_api::register_user(http::request& in) {
  if (const auto is_open = accounts_.check_registration_is_open(); !is_open) co_return is_open.error();
  if (accounts_.settings().email_verification == account::email_verification::required)
    co_return co_await register_by_mail(in);
  auto wire = read_new_credentials(in.body, accounts_);
  if (!wire) co_return wire.error();
  const auto signed_in =
      co_await sign_ins_.register_user(std::move(wire->email), std::move(wire->password), browser_.client_of(in));
  if (!signed_in) co_return signed_in.error();
  auto answer = let_in(browser_, in, 201, *signed_in, wire->refresh_token);
  answer.set("Location", "/api/v1/auth/me");
  co_return answer;
}

async::awaitable<base::result<http::response>> auth_api::register_by_mail(http::request& in) {
  const async::even_pace pace(async::silent_pace);
  auto wire = read_mailed_registration(in.body, accounts_);
  if (!wire) co_return wire.error();
  const auto done = co_await requests_.register_by_mail(std::move(wire->email), std::move(wire->password),
                                                        language_of(in), client_of(in));
  co_await pace.end();
  if (!done) co_return done.error();
  co_return json_response(202, R"({"status":"confirmation-sent"})");
}

async::awaitable<base::result<http::response>> auth_api::log_in(http::request& in) {
  auto wire = read_credentials(in.body);
  if (!wire) co_return wire.error();
  const auto entered =
      co_await sign_ins_.log_in(std::move(wire->email), std::move(wire->password), browser_.client_of(in));
  counts_.note(entered);
  if (!entered) co_return entered.error();
  co_return let_in(browser_, in, *entered, wire->refresh_token);
}

async::awaitable<base::result<http::response>> auth_api::answer_challenge(http::request& in) {
  auto wire = read_login_code(in.body);
  if (!wire) co_return wire.error();
  const auto signed_in =
      co_await entrance_.answer(std::move(wire->mfa_token), std::move(wire->code), browser_.client_of(in));
  counts_.note(signed_in);
  if (!signed_in) co_return signed_in.error();
  co_return let_in(browser_, in, 200, *signed_in, wire->refresh_token);
}

async::awaitable<base::result<http::response>> auth_api::get_me(http::request&, const caller& who) {
  const second_factor_state factor{.is_on = who.has_second_factor(),
                                   .is_demanded = accounts_.demands_second_factor(who.owner())};
  co_return json_response(200, write_me(who.owner(), factor));
}

async::awaitable<base::result<http::response>> auth_api::change_password(http::request& in,
                                                                         const session::identity& me) {
  auto wire = read_password_change(in.body);
  if (!wire) co_return wire.error();
  const auto changed = co_await sign_ins_.change_password(me, std::move(wire->current), std::move(wire->renewed),
                                                          browser_.client_of(in));
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
  const auto entered =
      co_await sign_ins_.claim_setup_link(std::move(wire->token), std::move(wire->password), browser_.client_of(in));
  if (!entered) co_return entered.error();
  co_return let_in(browser_, in, *entered, wire->refresh_token);
}

}  // namespace kontor::api
