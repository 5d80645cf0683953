// The market over HTTP: the same for every account.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "chart/data_service.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "market/market_service.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class market_api {
 public:
  /// Both outlive the object.
  market_api(market::market_service& markets, chart::data_service& data) : markets_(markets), data_(data) {}

  async::awaitable<base::result<http::response>> find_symbols(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_tickers(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> get_candles(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> verify_pin(http::request& in, const caller& who);

 private:
  market::market_service& markets_;
  chart::data_service& data_;
};

}  // namespace kontor::api
