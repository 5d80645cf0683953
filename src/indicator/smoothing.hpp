// Exponential smoothing: of EMA, MACD, and, as Wilder did it, of RSI and ATR.
#pragma once

#include "indicator/window.hpp"

#include <optional>

namespace kontor::indicator {

/// The mean of the first `period` numbers, and from then on `value + part * (number - value)`.
class smoothing {
 public:
  /// EMA: part = 2 / (period + 1).
  static smoothing exponential(int period) noexcept { return {period, 2.0 / (period + 1)}; }
  /// J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978): part = 1 / period.
  static smoothing wilder(int period) noexcept { return {period, 1.0 / period}; }

  std::optional<double> push(double number) noexcept {
    value_ = with(number);
    if (seen_ < period_) ++seen_;
    if (seen_ < period_) return std::nullopt;
    return value_;
  }

  std::optional<double> peek(double number) const noexcept {
    if (seen_ + 1 < period_) return std::nullopt;
    return with(number);
  }

  double part() const noexcept { return part_; }

 private:
  smoothing(int period, double part) noexcept : period_(period), part_(part) {}

  double with(double number) const noexcept {
    // Of a period of 1 nothing is kept; the sum below would keep the rounding of a much larger number before.
    if (period_ == 1) return number;
    if (seen_ < period_) return value_ + (number - value_) * inverse_of(seen_ + 1);
    return value_ + part_ * (number - value_);
  }

  int period_;
  int seen_ = 0;  ///< At most period_.
  double part_;
  double value_ = 0;
};

}  // namespace kontor::indicator
