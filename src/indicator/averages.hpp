// Moving averages: SMA, EMA, WMA.
#pragma once

#include "indicator/indicator.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/window.hpp"

#include <optional>

namespace kontor::indicator {

/// SMA: the mean of the last n closes. Warm with the n-th candle.
class simple_average {
 public:
  explicit simple_average(int period) : window_(period) {}
  values push(const bar& finished) noexcept { return told(window_.push(finished.close)); }
  values peek(const bar& growing) const noexcept { return told(window_.peek(growing.close)); }

 private:
  static values told(std::optional<mean_of> found) noexcept {
    if (!found) return {};
    return {found->mean};
  }

  window<mean_of> window_;
};

/// The same of the volumes.
class volume_average {
 public:
  explicit volume_average(int period) : average_(period) {}
  values push(const bar& finished) noexcept { return average_.push({.close = finished.volume}); }
  values peek(const bar& growing) const noexcept { return average_.peek({.close = growing.volume}); }

 private:
  simple_average average_;
};

/// EMA: `ema + 2 / (n + 1) * (close - ema)`; the first is the SMA of the first n closes, as in TA-Lib. Warm with the
/// n-th candle.
class exponential_average {
 public:
  explicit exponential_average(int period) noexcept : average_(smoothing::exponential(period)) {}
  values push(const bar& finished) noexcept { return {average_.push(finished.close)}; }
  values peek(const bar& growing) const noexcept { return {average_.peek(growing.close)}; }

 private:
  smoothing average_;
};

/// WMA: `(1 * oldest + … + n * latest) / (1 + … + n)` over the last n closes. Warm with the n-th candle.
class weighted_average {
 public:
  explicit weighted_average(int period) : window_(period) {}
  values push(const bar& finished) noexcept { return told(window_.push(finished.close)); }
  values peek(const bar& growing) const noexcept { return told(window_.peek(growing.close)); }

 private:
  static values told(std::optional<weighted_mean_of> found) noexcept {
    if (!found) return {};
    return {found->weighted};
  }

  window<weighted_mean_of> window_;
};

}  // namespace kontor::indicator
