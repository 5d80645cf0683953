// What is said to who watches the market: frames of api/asyncapi.yaml as text. Decides nothing.
#pragma once

#include "base/time.hpp"
#include "market/candle.hpp"
#include "market/series.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::market {

using frame = std::shared_ptr<const std::string>;

/// What an indicator tells of one candle; nullopt: not warm yet.
struct told_values {
  std::string_view text;  ///< `rsi(14)`
  std::vector<std::optional<double>> values;
};

/// Nothing more happens to a candle that is final.
enum class candle_end { growing, final };

frame candle_frame(base::timestamp at, const series& of, const candle& what, candle_end end,
                   std::span<const told_values> values);
/// `state`: live, away, refused or gap_filled.
frame status_frame(base::timestamp at, const series& of, std::string_view state);

}  // namespace kontor::market
