// How many candles before the first that is shown an indicator has to see.
#include "indicator/indicator.hpp"
#include "indicator/smoothing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace kontor::indicator {
namespace {

// Hundred times less than is promised: what came before may have been hundred times as large.
constexpr double remainder = 1e-14;

/// So many numbers after a smoothing became warm, what it was then weighs less than that.
std::int64_t fading(const smoothing& of) noexcept {
  if (of.part() >= 1) return 0;
  return static_cast<std::int64_t>(std::ceil(std::log(remainder) / std::log1p(-of.part())));
}

std::int64_t fading_exponential(int period) noexcept {
  return fading(smoothing::exponential(period)) + period - 1;
}

std::int64_t uncut(const spec& what, std::chrono::milliseconds every) noexcept {
  const auto at = [&what](std::size_t i) {
    assert(i < what.parameters.size());
    return static_cast<int>(what.parameters[i]);
  };
  switch (what.what) {
    case kind::sma:
    case kind::wma:
    case kind::bollinger:
    case kind::volume_average:
      return at(0) - 1;
    case kind::ema:
      return fading_exponential(at(0));
    case kind::rsi:
    case kind::atr:
      return fading(smoothing::wilder(at(0))) + at(0);
    case kind::macd:
      return fading_exponential(at(1)) + fading_exponential(at(2));
    case kind::stochastic:
      return at(0) + at(1) + at(2) - 3;
    case kind::vwap: {
      // The last candle of a term has all others of it before it.
      const std::chrono::milliseconds term = std::chrono::days(at(0));
      if (term <= every) return 0;
      return (term - std::chrono::milliseconds(1)) / std::max(every, std::chrono::milliseconds(1));
    }
    case kind::obv:
      return 0;
  }
  return 0;
}

}  // namespace

std::int64_t lead_in(const spec& what, std::chrono::milliseconds every) noexcept {
  return std::min(uncut(what, every), longest_lead_in);
}

bool counts_from_start(const spec& what) noexcept {
  return what.what == kind::obv || (what.what == kind::vwap && !what.parameters.empty() && what.parameters[0] == 0);
}

}  // namespace kontor::indicator
