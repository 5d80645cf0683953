// What candles are of: a market, a symbol in it and the time that one candle takes. Their names are those of the API.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::market {

/// Where a symbol is traded. The names are stored and shown.
enum class venue { spot, usdt_futures, coin_futures, usdc_futures };
std::string_view name_of(venue where) noexcept;  ///< spot, usdt-futures, coin-futures, usdc-futures
std::optional<venue> parse_venue(std::string_view name) noexcept;

/// The time of a candle. From six hours on they begin with the day, the week (on Monday) or the month of UTC.
enum class interval { m1, m3, m5, m15, m30, h1, h2, h4, h6, h12, d1, d3, w1, month };
std::string_view name_of(interval every) noexcept;  ///< 1m 3m 5m 15m 30m 1H 2H 4H 6H 12H 1D 3D 1W 1M
/// Takes hours, days and weeks in small letters as well; `1m` is a minute and `1M` a month.
std::optional<interval> parse_interval(std::string_view name) noexcept;
/// All that the venue has, the shortest first. Spot has no 2H.
std::span<const interval> intervals_of(venue where) noexcept;

/// Of a month the longest: 31 days.
std::chrono::milliseconds longest(interval every) noexcept;
/// When the candle that opened at `open` is over, in milliseconds since 1970 in UTC.
std::int64_t end_of(interval every, std::int64_t open) noexcept;

/// 1 to 32 of A–Z, 0–9, `_` and `-`: nothing else is asked for. Small letters are not taken.
bool is_symbol(std::string_view text) noexcept;

struct series {
  venue where = venue::spot;
  std::string symbol;
  interval every = interval::h1;

  friend auto operator<=>(const series&, const series&) = default;
};

}  // namespace kontor::market
