// An exchange as the market is seen through it: symbols, prices now, candles, and candles as they grow. Public data; no
// key is used. Implemented in `outbound`.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "market/candle.hpp"
#include "market/series.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::market {

struct instrument {
  venue where = venue::spot;
  std::string symbol;
  std::string base;         ///< The currency that is traded.
  std::string quote;        ///< The currency that the price is in.
  int price_digits = 2;     ///< Decimal places of a price.
  int quantity_digits = 2;  ///< Decimal places of an amount.
  bool is_traded = true;    ///< False: halted, or not open yet.

  friend bool operator==(const instrument&, const instrument&) = default;
};

/// Decimal texts as the exchange writes them; empty: it does not say.
struct ticker {
  std::string symbol;
  std::string last;
  std::string high_24h;
  std::string low_24h;
  std::string change_24h;  ///< A fraction: 0.0232 is +2.32 %.
  std::string volume_24h;  ///< In the base currency.
  std::string quote_volume_24h;
  std::int64_t time = 0;  ///< Milliseconds since 1970; 0: not said.
  /// From before: what the exchange says now makes no sense.
  bool is_stale = false;
};

/// Milliseconds since 1970: candles that open at `from` or later and before `to`.
struct time_range {
  std::int64_t from = 0;
  std::int64_t to = 0;

  friend bool operator==(const time_range&, const time_range&) = default;
};

/// What one question for candles brought.
struct told_candles {
  std::vector<candle> rows;  ///< Sorted by time, each time once, none outside of what was asked for.
  /// So much of it was really asked: up to its end, but perhaps not from its beginning. What has no row in here had no
  /// trade, or is further back than one answer reaches (see most_at_once); empty: nothing is sure.
  time_range asked;
  std::vector<std::int64_t> spoilt = {};  ///< When candles open that came, but could not be read.
};

/// Thread-safe; resumes on the caller's loop. All calls wait for their turn within the limits of the exchange, try
/// again where that helps, and give up after ten seconds: errc::unavailable, type `exchange-unreachable` (nobody
/// answers, or no answer of an exchange), `exchange-busy` (it wants to be asked later; `retry_after` is set);
/// errc::overloaded. errc::not_found, type `unknown-symbol`.
class market_source {
 public:
  virtual ~market_source() = default;

  virtual async::awaitable<base::result<std::vector<instrument>>> instruments(venue where) = 0;
  /// Of one that makes no sense (no price, or sold for less than it is bought for) all texts are empty.
  virtual async::awaitable<base::result<std::vector<ticker>>> tickers(venue where) = 0;

  /// The latest candles within `within`, in as few questions as possible: at most as many as one question brings (see
  /// most_at_once). Fewer than asked for: there are no others, or they are further back; whoever wants those asks again
  /// with a lower `to`. The last one may be unfinished.
  virtual async::awaitable<base::result<told_candles>> candles(series of, time_range within) = 0;
  /// How many candles one question brings at most, so far back.
  virtual std::int64_t most_at_once(const series& of, std::int64_t from) const = 0;

  /// How far the clock of the exchange is ahead of ours, as far as that is known. Candles open and end by its clock.
  virtual std::chrono::milliseconds ahead() const = 0;
};

/// Hears what comes from the exchange. On the loop of the live source; must not wait.
class live_listener {
 public:
  virtual ~live_listener() = default;
  /// The newest candles of a series, the last of them growing; sorted, each time once.
  virtual void heard(const series& of, std::span<const candle> latest) = 0;
  /// From now on what happens to it is heard, and something may have been missed before: whoever keeps its candles
  /// fetches what is between.
  virtual void began(const series& of) = 0;
  /// Nothing is heard of it for the time being.
  virtual void broke(const series& of) = 0;
  /// The exchange does not have it.
  virtual void refused(const series& of) = 0;
};

/// Candles as they grow. One subscription there for each series, however many want it; made again after each break,
/// with growing pauses. All calls from any thread.
class live_source {
 public:
  virtual ~live_source() = default;
  /// Before anything is wanted; outlives the source.
  virtual void set_listener(live_listener& who) = 0;
  /// Wanting twice is the same as once.
  virtual void want(const series& of) = 0;
  virtual void drop(const series& of) = 0;
};

}  // namespace kontor::market
