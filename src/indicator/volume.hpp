// What volume tells: VWAP, OBV.
#pragma once

#include "indicator/indicator.hpp"
#include "indicator/running_sum.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace kontor::indicator {

/// VWAP: the mean of the typical prices `(high + low + close) / 3`, weighed with their volumes: Berkowitz, Logue and
/// Noser, "The Total Cost of Transactions on the NYSE" (1988), from candles instead of trades. It begins anew each
/// `reset_days` days of UTC, counted from Monday, 1970-01-05, so that 7 days are a week; with 0 it never does. Warm
/// with the first candle in which something was traded; where nothing was since it began there is no such price.
class volume_weighted_price {
 public:
  explicit volume_weighted_price(int reset_days) noexcept : reset_days_(reset_days) {}

  values push(const bar& finished) noexcept {
    state_ = with(finished);
    return told(state_);
  }
  values peek(const bar& growing) const noexcept { return told(with(growing)); }

 private:
  struct state {
    std::int64_t term = 0;  ///< Since when, in resets since 1970-01-05.
    running_sum volume;
    running_sum paid;
  };

  state with(const bar& candle) const noexcept {
    state out = state_;
    if (const auto term = term_of(candle.time); term != out.term) out = {.term = term, .volume = {}, .paid = {}};
    out.volume.add(candle.volume);
    out.paid.add(candle.volume * ((candle.high + candle.low + candle.close) / 3));
    return out;
  }

  std::int64_t term_of(std::int64_t time) const noexcept {
    if (reset_days_ == 0) return 0;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::milliseconds(time)).count() - 4;
    return day >= 0 ? day / reset_days_ : -((-day + reset_days_ - 1) / reset_days_);
  }

  static values told(const state& found) noexcept {
    const double volume = found.volume.total();
    if (volume == 0) return {};
    return {found.paid.total() / volume};
  }

  int reset_days_;
  state state_;
};

/// OBV: the volume of each candle added when its close is above the one before, taken away when it is below: Joseph
/// Granville, "New Key to Stock Market Profits" (1963). Its height is arbitrary: the first candle has 0.
class on_balance_volume {
 public:
  values push(const bar& finished) noexcept {
    state_ = with(finished);
    return told(state_);
  }
  values peek(const bar& growing) const noexcept { return told(with(growing)); }

 private:
  struct state {
    std::optional<double> before;
    running_sum sum;
  };

  state with(const bar& candle) const noexcept {
    state out = state_;
    out.before = candle.close;
    if (!state_.before || candle.close == *state_.before) return out;
    out.sum.add(candle.close > *state_.before ? candle.volume : -candle.volume);
    return out;
  }

  static values told(const state& found) noexcept { return {found.sum.total()}; }

  state state_;
};

}  // namespace kontor::indicator
