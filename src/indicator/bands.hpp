// How far prices move: Bollinger bands, ATR.
#pragma once

#include "indicator/indicator.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/window.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace kontor::indicator {

/// Bollinger bands: the SMA of the last n closes, and `deviations` times their standard deviation above and below. Of
/// the population (divided by n, not n - 1): John Bollinger, "Bollinger on Bollinger Bands" (2001); TA-Lib as well.
/// Warm with the n-th candle. A flat market has no width at all.
class bollinger_bands {
 public:
  bollinger_bands(int period, double deviations) : period_(period), deviations_(deviations), window_(period) {}
  values push(const bar& finished) noexcept { return told(window_.push(finished.close)); }
  values peek(const bar& growing) const noexcept { return told(window_.peek(growing.close)); }

 private:
  values told(std::optional<spread_of> found) const noexcept {
    if (!found) return {};
    const double width = deviations_ * std::sqrt(found->squares * inverse_of(period_));
    return {found->mean + width, found->mean, found->mean - width};
  }

  int period_;
  double deviations_;
  window<spread_of> window_;
};

/// ATR: Wilder's smoothing of the true range, the greatest of `high - low`, `|high - close before|` and
/// `|low - close before|` ("New Concepts in Technical Trading Systems", 1978). The first candle has no close before
/// it, and so no true range, as in TA-Lib; TradingView takes its `high - low`. Warm with candle n + 1, where it is the
/// mean of n true ranges.
class average_true_range {
 public:
  explicit average_true_range(int period) noexcept : average_(smoothing::wilder(period)) {}

  values push(const bar& finished) noexcept {
    const auto range = range_of(finished);
    before_ = finished.close;
    if (!range) return {};
    return {average_.push(*range)};
  }

  values peek(const bar& growing) const noexcept {
    const auto range = range_of(growing);
    if (!range) return {};
    return {average_.peek(*range)};
  }

 private:
  std::optional<double> range_of(const bar& candle) const noexcept {
    if (!before_) return std::nullopt;
    return std::max({candle.high - candle.low, std::fabs(candle.high - *before_), std::fabs(candle.low - *before_)});
  }

  std::optional<double> before_;
  smoothing average_;
};

}  // namespace kontor::indicator
