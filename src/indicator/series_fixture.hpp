// Candles for the tests of this room: made of chance, always the same for a seed.
#pragma once

#include "indicator/indicator.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

namespace kontor::indicator::fixture {

inline constexpr std::int64_t minute = 60'000;
inline constexpr std::int64_t first_time = 1'704'067'200'000;  // 2024-01-01T00:00:00Z, a Monday.

inline bar flat(double price, double volume = 1) {
  return {.time = 0, .open = price, .high = price, .low = price, .close = price, .volume = volume};
}

/// Candles of which only the close matters.
inline std::vector<bar> closes(std::initializer_list<double> prices) {
  std::vector<bar> out;
  for (const auto price : prices)
    out.push_back(flat(price));
  return out;
}

/// A price that walks by about 1 % a candle.
inline std::vector<bar> walk(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 chance(seed);
  const auto part = [&chance] { return static_cast<double>(chance() >> 11) * 0x1p-53; };
  std::vector<bar> out;
  double price = 100;
  for (std::size_t i = 0; i < count; ++i) {
    const double open = price;
    price *= std::exp(0.02 * (part() - 0.5));
    const double high = std::max(open, price) * (1 + 0.005 * part());
    const double low = std::min(open, price) * (1 - 0.005 * part());
    out.push_back({first_time + static_cast<std::int64_t>(i) * minute, open, high, low, price, 10 * part()});
  }
  return out;
}

/// Every kind with its usual parameters, and with the least and greatest periods.
inline std::vector<spec> every_spec() {
  std::vector<spec> out;
  for (const auto what : all_kinds())
    out.push_back(make_spec(what, {}).value());
  for (const std::string_view text : {"sma(1)",
                                      "sma(500)",
                                      "ema(1)",
                                      "ema(500)",
                                      "wma(1)",
                                      "wma(500)",
                                      "rsi(2)",
                                      "rsi(500)",
                                      "macd(1,2,1)",
                                      "macd(499,500,500)",
                                      "bollinger(2,0.1)",
                                      "bollinger(500,10)",
                                      "atr(1)",
                                      "atr(500)",
                                      "stochastic(1,1,1)",
                                      "stochastic(500,500,500)",
                                      "vwap(0)",
                                      "vwap(7)",
                                      "volume_average(1)",
                                      "volume_average(500)"})
    out.push_back(parse_text(text).value());
  return out;
}

inline values push_all(running& into, const std::vector<bar>& bars) {
  values last;
  for (const auto& each : bars)
    last = into.push(each);
  return last;
}

}  // namespace kontor::indicator::fixture
