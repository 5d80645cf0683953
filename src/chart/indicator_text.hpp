// Several indicators in one text, as queries write them: `rsi(14),macd(12,26,9)`. For one see indicator::parse_text.
#pragma once

#include "base/error.hpp"
#include "indicator/indicator.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace kontor::chart {

/// Several with commas between, blanks allowed: `rsi(14), macd(12,26,9)`. errc::invalid_input with one field error at
/// the path "" for the first that cannot be read, for one that is there twice, and for more than `most`.
base::result<std::vector<indicator::spec>> parse_indicators(std::string_view text, std::size_t most);

}  // namespace kontor::chart
