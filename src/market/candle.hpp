// What was traded in one piece of time.
#pragma once

#include <array>
#include <cstdint>

namespace kontor::market {

/// Prices and amounts are what the exchange wrote, read to the nearest double: 15 digits of them are kept, which is
/// more than any price has. Sums of money are never made of them.
struct candle {
  std::int64_t time = 0;  ///< When it opened, in milliseconds since 1970 in UTC.
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;        ///< In the base currency.
  double quote_volume = 0;  ///< In the currency that the price is in.

  friend bool operator==(const candle&, const candle&) = default;
};

/// All of a candle but its time, in the order in which it is stored and shown.
inline constexpr std::array<double candle::*, 6> candle_numbers = {
    &candle::open, &candle::high, &candle::low, &candle::close, &candle::volume, &candle::quote_volume};

}  // namespace kontor::market
