// Bitget as a source of public market data.
#pragma once

#include "market/market_source.hpp"
#include "outbound/bitget_api.hpp"
#include "outbound/bitget_candles.hpp"

namespace kontor::outbound {

/// Thread-safe. Candles are asked of the recent ones as far as those go, then of the history; which page is asked is
/// decided in bitget_candles.
class bitget_market final : public market::market_source {
 public:
  /// `api` must outlive it.
  explicit bitget_market(bitget_api& api) : api_(api) {}

  async::awaitable<base::result<std::vector<market::instrument>>> instruments(market::venue where) override;
  async::awaitable<base::result<std::vector<market::ticker>>> tickers(market::venue where) override;
  /// A symbol, or an interval, that the venue cannot have: errc::not_found, type `unknown-symbol`, without asking.
  async::awaitable<base::result<market::told_candles>> candles(market::series of, market::time_range within) override;
  std::int64_t most_at_once(const market::series& of, std::int64_t from) const override;
  std::chrono::milliseconds ahead() const override { return api_.ahead(); }

 private:
  async::awaitable<base::result<boost::json::value>> ask(bitget_api::public_question what);
  async::awaitable<base::result<market::told_candles>> page(market::series of, candle_question what);

  bitget_api& api_;
};

}  // namespace kontor::outbound
