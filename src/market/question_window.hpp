// Which candles one question to an exchange asks for. Pure.
#pragma once

#include "base/time.hpp"
#include "market/market_source.hpp"
#include "market/series.hpp"

#include <cstdint>
#include <optional>

namespace kontor::market {

/// Which candles one question asks for: the newest part of what is missing, as much as it brings.
struct question_window {
  time_range ask;
  bool is_newest = false;  ///< It brings the candle that grows, too.

  friend bool operator==(const question_window&, const question_window&) = default;
};
/// Where a series ends, as far as that is known.
struct known_end {
  std::int64_t proven = 0;             ///< See proven_before.
  std::optional<std::int64_t> newest;  ///< From here on all is known at this moment; nullopt: not at this moment.
};
/// `missing` is one piece. What is not proven yet is asked for together with the newest candles. `now` by the clock of
/// the exchange.
question_window window_of(const series& of, time_range missing, const known_end& end, base::timestamp now,
                          const market_source& exchange);
/// A candle that opens later than that is none, however wrong the clock may be.
std::int64_t latest_opening(interval every, base::timestamp now) noexcept;

}  // namespace kontor::market
