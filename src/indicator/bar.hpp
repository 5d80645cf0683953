// One candle as indicators see it.
#pragma once

#include <cstdint>

namespace kontor::indicator {

struct bar {
  std::int64_t time = 0;  ///< When it opened, in milliseconds since 1970 in UTC.
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;  ///< In the base currency.
};

}  // namespace kontor::indicator
