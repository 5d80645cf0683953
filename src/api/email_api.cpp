#include "api/email_api.hpp"

#include "api/client.hpp"
#include "api/entry_response.hpp"
#include "api/wire.hpp"
#include "async/even_pace.hpp"

#include <utility>

namespace kontor::api {

async::awaitable<base::result<http::response>> email_api::forgot_password(http::request& in) {
  const async::even_pace pace(async::silent_pace);
  auto email = read_email(in.body);
  if (!email) co_return email.error();
  const auto done = co_await requests_.forgot_password(std::move(*email), language_of(in), client_of(in));
  co_await pace.end();
  if (!done) co_return done.error();
  co_return json_response(202, "{}");
}

async::awaitable<base::result<http::response>> email_api::reset_password(http::request& in) {
  auto wire = read_setup_claim(in.body);
  if (!wire) co_return wire.error();
  const auto entered =
      co_await resets_.reset(std::move(wire->token), std::move(wire->password), browser_.client_of(in));
  if (!entered) co_return entered.error();
  co_return let_in(browser_, in, *entered, wire->refresh_token);
}

async::awaitable<base::result<http::response>> email_api::request_verification(http::request& in,
                                                                               const session::identity& me) {
  if (const auto empty = read_nothing(in.body); !empty) co_return empty.error();
  const auto done = co_await emails_.request_verification(me, language_of(in), client_of(in));
  if (!done) co_return done.error();
  co_return json_response(202, "{}");
}

async::awaitable<base::result<http::response>> email_api::request_change(http::request& in,
                                                                         const session::identity& me) {
  auto email = read_email(in.body);
  if (!email) co_return email.error();
  const auto changed = co_await emails_.request_change(me, std::move(*email), language_of(in), client_of(in));
  if (!changed) co_return changed.error();
  if (*changed) co_return json_response(200, write_user(**changed));
  co_return json_response(202, "{}");
}

async::awaitable<base::result<http::response>> email_api::confirm(http::request& in) {
  auto token = read_setup_token(in.body);
  if (!token) co_return token.error();
  const auto email = co_await emails_.confirm(std::move(*token), language_of(in), client_of(in));
  if (!email) co_return email.error();
  co_return json_response(200, write_email(*email));
}

}  // namespace kontor::api
