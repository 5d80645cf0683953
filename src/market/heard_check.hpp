// Candles that were heard live, held against what the exchange says of them when it is asked. Pure.
#pragma once

#include "base/time.hpp"
#include "market/block.hpp"
#include "market/market_source.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace kontor::market {

struct checked_candles {
  page known;    ///< To be stored: what was told wins; what was heard and not told stays.
  page settled;  ///< So much of what was heard, as it was heard.
  bool is_different = false;
};

/// The question for the oldest part of them, with the candle that follows: that shows that they are finished.
time_range question_about(const series& of, const page& heard, const market_source& exchange);

/// nullopt: the answer proves nothing yet. `now` by the clock of the exchange; `trust`: see proven_before.
std::optional<checked_candles> check_heard(interval every, const page& heard, const told_candles& told,
                                           base::timestamp now, std::chrono::milliseconds trust);

}  // namespace kontor::market
