#include "api/settings_api.hpp"

#include "api/client.hpp"
#include "api/settings_wire.hpp"
#include "api/wire.hpp"
#include "session/session_service.hpp"

#include <utility>

namespace kontor::api {
namespace {

// For what waits for a provider: the session may end meanwhile.
sql::permission while_live(const session::identity& me) {
  return [me](sql::session& in) { return session::session_service::still_live(in, me); };
}

base::result<http::response> rendered(const base::result<settings::exchange_outcome>& what) {
  if (!what) return what.error();
  return json_response(200, write_exchange_reply(*what));
}

base::result<http::response> rendered(const base::result<settings::llm_outcome>& what) {
  if (!what) return what.error();
  return json_response(200, write_llm_reply(*what));
}

}  // namespace

async::awaitable<base::result<http::response>> settings_api::get_exchange(http::request&, const session::identity& me) {
  const auto now = co_await exchange_.get(me.owner.id);
  if (!now) co_return now.error();
  co_return json_response(200, write_exchange(*now));
}

async::awaitable<base::result<http::response>> settings_api::save_exchange(http::request& in,
                                                                           const session::identity& me) {
  auto wish = read_exchange_wish(in.body);
  if (!wish) co_return wish.error();
  auto from = act_of(in, me);
  auto still = while_live(me);
  co_return rendered(co_await exchange_.save(me.owner.id, std::move(*wish), std::move(from), std::move(still)));
}

async::awaitable<base::result<http::response>> settings_api::delete_exchange(http::request& in,
                                                                             const session::identity& me) {
  auto from = act_of(in, me);
  co_return rendered(co_await exchange_.remove(me.owner.id, std::move(from)));
}

async::awaitable<base::result<http::response>> settings_api::test_exchange(http::request&,
                                                                           const session::identity& me) {
  auto still = while_live(me);
  co_return rendered(co_await exchange_.test(me.owner.id, std::move(still)));
}

async::awaitable<base::result<http::response>> settings_api::get_llm(http::request&, const session::identity& me) {
  const auto now = co_await llm_.get(me.owner.id);
  if (!now) co_return now.error();
  co_return json_response(200, write_llm(*now));
}

async::awaitable<base::result<http::response>> settings_api::save_llm(http::request& in, const session::identity& me) {
  auto wish = read_llm_wish(in.body);
  if (!wish) co_return wish.error();
  auto from = act_of(in, me);
  co_return rendered(co_await llm_.save(me.owner.id, std::move(*wish), std::move(from)));
}

async::awaitable<base::result<http::response>> settings_api::delete_llm(http::request& in,
                                                                        const session::identity& me) {
  auto from = act_of(in, me);
  co_return rendered(co_await llm_.remove(me.owner.id, std::move(from)));
}

async::awaitable<base::result<http::response>> settings_api::test_llm(http::request&, const session::identity& me) {
  auto still = while_live(me);
  co_return rendered(co_await llm_.test(me.owner.id, std::move(still)));
}

async::awaitable<base::result<http::response>> settings_api::get_preferences(http::request&,
                                                                             const session::identity& me) {
  const auto now = co_await preferences_.get(me.owner.id);
  if (!now) co_return now.error();
  co_return json_response(200, write_preferences(*now));
}

async::awaitable<base::result<http::response>> settings_api::change_preferences(http::request& in,
                                                                                const session::identity& me) {
  auto wanted = read_preferences_change(in.body);
  if (!wanted) co_return wanted.error();
  const auto now = co_await preferences_.change(me.owner.id, std::move(*wanted));
  if (!now) co_return now.error();
  co_return json_response(200, write_preferences(*now));
}

async::awaitable<base::result<http::response>> settings_api::get_status(http::request&, const session::identity& me) {
  const auto exchange = co_await exchange_.get(me.owner.id);
  if (!exchange) co_return exchange.error();
  const auto llm = co_await llm_.get(me.owner.id);
  if (!llm) co_return llm.error();
  const auto secrets = co_await vault_.list_user_secrets(me.owner.id);
  if (!secrets) co_return secrets.error();
  co_return json_response(200, write_settings_status(*exchange, *llm, *secrets));
}

}  // namespace kontor::api
