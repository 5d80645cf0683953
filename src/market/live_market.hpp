// Candles as they grow, for everybody who watches: one subscription at the exchange for each series, one text for all
// who watch the same with the same indicators.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "market/candle.hpp"
#include "market/market_service.hpp"
#include "market/market_source.hpp"
#include "market/series.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::market {

/// One socket.
class market_listener {
 public:
  virtual ~market_listener() = default;
  /// A frame `candle` or `market_status` of api/asyncapi.yaml; one text for all who hear it. From any thread; never
  /// waits and never throws, and must not call live_market. What cannot be taken is for the listener to deal with: each
  /// frame tells the whole state, so older ones may be left out.
  virtual void hear(const std::shared_ptr<const std::string>& frame) noexcept = 0;
};

/// An indicator as it runs along with a series (room `indicator` behind a small interface: this room does not use it).
class live_indicator {
 public:
  virtual ~live_indicator() = default;
  /// Candles in their order.
  virtual void push(const candle& finished) = 0;
  /// What it would tell if this were the next; changes nothing. Always as many values; nullopt: not warm yet.
  virtual std::vector<std::optional<double>> peek(const candle& growing) const = 0;
};

struct watched_indicator {
  std::string text;          ///< `rsi(14)`: the same text is the same indicator.
  std::int64_t lead_in = 0;  ///< Candles that it is given before its values count.
  std::function<std::unique_ptr<live_indicator>()> start;
};

struct live_settings {
  /// Frames of one growing candle are told no faster.
  std::chrono::milliseconds pace{100};
  /// A series that nobody watches any more is kept for so long.
  std::chrono::milliseconds linger{10'000};
  /// Until candles that are missing are asked for again; grows up to sixteen times as much.
  std::chrono::milliseconds retry{2000};
  std::size_t most_topics = 8192;  ///< Each less than 2 kB, and what its indicators keep.
};

/// Thread-safe. A listener hears of a series, from the watch on: how it stands (`market_status`: live, away, refused),
/// the candle that grows with the values of its indicators, and then what happens to them, nothing left out or out of
/// order but growing candles that a later one replaces. After a break the candles that were missed are fetched first;
/// then `gap_filled` tells who shows them to read the range again.
class live_market final : public live_listener {
 public:
  /// All outlive it. Sets itself as the listener of `exchange`. What it does runs on `loop`.
  live_market(boost::asio::io_context& loop, live_source& exchange, market_service& candles, const base::clock& clock,
              live_settings settings = {});
  ~live_market() override;
  live_market(const live_market&) = delete;
  live_market& operator=(const live_market&) = delete;

  /// Hears no more, and ends what is on its way: from outside the loop, which must still run. Before the service is
  /// stopped. Safe to call twice.
  void stop();

  /// Watching a series again replaces the indicators. errc::overloaded: `most_topics` are watched; errc::unavailable
  /// after stop(). Frames may be heard before it returns.
  base::result<void> watch(const series& of, std::vector<watched_indicator> with, std::shared_ptr<market_listener> who);
  void unwatch(const series& of, const market_listener& who);
  /// Stops watching everything. After it returns nothing more is heard.
  void leave(const market_listener& who);

  /// Series that are wanted of the exchange, and topics: series with the same indicators.
  std::size_t series_count() const;
  std::size_t topic_count() const;
  /// Listeners that watch something.
  std::size_t listener_count() const;

  void heard(const series& of, std::span<const candle> latest) override;
  void began(const series& of) override;
  void broke(const series& of) override;
  void refused(const series& of) override;

 private:
  struct work;
  std::shared_ptr<work> work_;
};

}  // namespace kontor::market
