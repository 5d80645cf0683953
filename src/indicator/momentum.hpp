// Where prices are going: RSI, MACD, the stochastic.
#pragma once

#include "indicator/indicator.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/window.hpp"

#include <algorithm>
#include <optional>

namespace kontor::indicator {

/// RSI: `100 * gains / (gains + losses)`, which is Wilder's `100 - 100 / (1 + gains / losses)` without its division by
/// zero. Both are smoothed his way ("New Concepts in Technical Trading Systems", 1978), from the mean of the first n
/// changes on. Warm with candle n + 1. When the price has not moved at all it is 50, neither bought nor sold: the field
/// disagrees (TA-Lib has 0 there, others 100).
class relative_strength {
 public:
  explicit relative_strength(int period) noexcept
      : gains_(smoothing::wilder(period)), losses_(smoothing::wilder(period)) {}

  values push(const bar& finished) noexcept {
    const auto before = before_;
    before_ = finished.close;
    if (!before) return {};
    const double change = finished.close - *before;
    const auto gains = gains_.push(std::max(change, 0.0));
    return told(gains, losses_.push(std::max(-change, 0.0)));
  }

  values peek(const bar& growing) const noexcept {
    if (!before_) return {};
    const double change = growing.close - *before_;
    return told(gains_.peek(std::max(change, 0.0)), losses_.peek(std::max(-change, 0.0)));
  }

 private:
  static values told(std::optional<double> gains, std::optional<double> losses) noexcept {
    if (!gains || !losses) return {};
    const double both = *gains + *losses;
    if (both == 0) return {50.0};
    return {100 * (*gains / both)};
  }

  std::optional<double> before_;
  smoothing gains_;
  smoothing losses_;
};

/// MACD: `ema(fast) - ema(slow)` of the closes, its signal the EMA of that line, and their difference, the histogram.
/// Gerald Appel, "Technical Analysis: Power Tools for Active Investors" (2005). Each EMA begins with an SMA of its own,
/// as on TradingView; TA-Lib begins the fast one where the slow one begins. The line is warm with candle `slow`, the
/// others with candle `slow + signal - 1`.
class convergence_divergence {
 public:
  convergence_divergence(int fast, int slow, int signal) noexcept
      : fast_(smoothing::exponential(fast)),
        slow_(smoothing::exponential(slow)),
        signal_(smoothing::exponential(signal)) {}

  values push(const bar& finished) noexcept {
    const auto line = line_of(fast_.push(finished.close), slow_.push(finished.close));
    if (!line) return {};
    return told(*line, signal_.push(*line));
  }

  values peek(const bar& growing) const noexcept {
    const auto line = line_of(fast_.peek(growing.close), slow_.peek(growing.close));
    if (!line) return {};
    return told(*line, signal_.peek(*line));
  }

 private:
  static std::optional<double> line_of(std::optional<double> fast, std::optional<double> slow) noexcept {
    if (!fast || !slow) return std::nullopt;
    return *fast - *slow;
  }
  static values told(double line, std::optional<double> signal) noexcept {
    if (!signal) return {line};
    return {line, signal, line - *signal};
  }

  smoothing fast_;
  smoothing slow_;
  smoothing signal_;
};

/// The stochastic of George Lane ("Lane's Stochastics", 1984): where the close stands between the lowest low (0) and
/// the highest high (100) of the last n candles; %K is the SMA of that over smooth_k, %D the SMA of %K over smooth_d.
/// With smooth_k of 1 it is the fast one. %K is warm with candle `n + smooth_k - 1`, %D smooth_d - 1 later. Where
/// highest and lowest are the same the close stands at 50, as it is neither high nor low; TA-Lib has 0 there.
class stochastic {
 public:
  stochastic(int period, int smooth_k, int smooth_d) : highest_(period), lowest_(period), k_(smooth_k), d_(smooth_d) {}

  values push(const bar& finished) noexcept {
    const auto place = place_of(finished, highest_.push(finished.high), lowest_.push(finished.low));
    if (!place) return {};
    const auto k = k_.push(*place);
    if (!k) return {};
    return told(*k, d_.push(k->mean));
  }

  values peek(const bar& growing) const noexcept {
    const auto place = place_of(growing, highest_.peek(growing.high), lowest_.peek(growing.low));
    if (!place) return {};
    const auto k = k_.peek(*place);
    if (!k) return {};
    return told(*k, d_.peek(k->mean));
  }

 private:
  static std::optional<double> place_of(const bar& candle, std::optional<highest_of> highest,
                                        std::optional<lowest_of> lowest) noexcept {
    if (!highest || !lowest) return std::nullopt;
    const double range = highest->highest - lowest->lowest;
    if (range == 0) return 50;
    return 100 * ((candle.close - lowest->lowest) / range);
  }
  static values told(mean_of k, std::optional<mean_of> d) noexcept {
    if (!d) return {k.mean};
    return {k.mean, d->mean};
  }

  window<highest_of> highest_;
  window<lowest_of> lowest_;
  window<mean_of> k_;
  window<mean_of> d_;
};

}  // namespace kontor::indicator
