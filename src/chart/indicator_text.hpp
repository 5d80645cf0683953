// Indicators as people, models and queries write them: `rsi(14)`, `macd(12,26,9)`, `sma`.
#pragma once

#include "base/error.hpp"
#include "indicator/indicator.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace kontor::chart {

/// The kind, in any letter case, and its numbers in their order in parentheses; those that are left out at the end, or
/// all of them with the parentheses, have their usual values. errc::invalid_input with one field error at the path "".
base::result<indicator::spec> parse_indicator(std::string_view text);

/// Several with commas between, blanks allowed: `rsi(14), macd(12,26,9)`. errc::invalid_input with one field error at
/// the path "" for the first that cannot be read, for one that is there twice, and for more than `most`.
base::result<std::vector<indicator::spec>> parse_indicators(std::string_view text, std::size_t most);

}  // namespace kontor::chart
