#include "api/market_api.hpp"

#include "api/large_answer.hpp"
#include "api/market_wire.hpp"
#include "api/wire.hpp"

#include <utility>

namespace kontor::api {

async::awaitable<base::result<http::response>> market_api::find_symbols(http::request& in, const caller&) {
  const auto wish = read_symbols_wish(in);
  if (!wish) co_return wish.error();
  const auto all = co_await markets_.symbols(wish->where);
  if (!all) co_return all.error();
  // Which are traded most: without it they are shown all the same.
  const auto prices = co_await markets_.tickers(wish->where);
  const auto* const ranked = prices ? &*prices : nullptr;
  const auto found = market::find_symbols(*all, wish->query, static_cast<std::size_t>(wish->limit), ranked);
  co_return json_response(200, write_symbols(wish->where, found, *all));
}

async::awaitable<base::result<http::response>> market_api::get_tickers(http::request& in, const caller&) {
  const auto wish = read_tickers_wish(in);
  if (!wish) co_return wish.error();
  const auto all = co_await markets_.tickers(wish->where);
  if (!all) co_return all.error();
  co_return json_response(200, write_tickers(*wish, *all));
}

async::awaitable<base::result<http::response>> market_api::get_candles(http::request& in, const caller& who) {
  auto wish = read_candles_wish(in);
  if (!wish) co_return wish.error();
  auto told = co_await data_.as_json(who.owner().id, std::move(*wish));
  if (!told) co_return told.error();
  co_return data_response(json_type, std::move(*told));
}

async::awaitable<base::result<http::response>> market_api::verify_pin(http::request& in, const caller& who) {
  auto pin = read_pin_to_verify(in.body);
  if (!pin) co_return pin.error();
  const auto how = co_await data_.verify(who.owner().id, std::move(*pin));
  if (!how) co_return how.error();
  co_return json_response(200, write_verification(*how));
}

}  // namespace kontor::api
