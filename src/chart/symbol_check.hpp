// Does an exchange have what a chart is to show?
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "market/market_service.hpp"
#include "market/series.hpp"

#include <string>

namespace kontor::chart {

/// errc::invalid_input with a field error `unknown_symbol` at `/symbol`.
base::error unknown_symbol();
/// errc::invalid_input with a field error at `/interval`: the venue has none such.
base::error interval_not_there();

/// The first error of both, an errc::invalid_input as above; errc::unavailable when the symbols were never learned.
async::awaitable<base::result<void>> check_series(market::market_service& markets, market::series of);

bool has_interval(market::venue where, market::interval every) noexcept;

/// What market_service answers, with an unknown symbol as a field error.
base::error as_told(const base::error& why);

}  // namespace kontor::chart
