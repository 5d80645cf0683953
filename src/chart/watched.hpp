// Indicators as they run along with a series that is watched.
#pragma once

#include "indicator/indicator.hpp"
#include "market/live_market.hpp"

#include <span>
#include <vector>

namespace kontor::chart {

/// `every`: the time of a candle of the series. What counts from where a range begins (indicator::counts_from_start)
/// has no values here: all who watch a series hear the same.
std::vector<market::watched_indicator> watched(std::span<const indicator::spec> all, market::interval every);

}  // namespace kontor::chart
