// What a model gives its tools: read strictly, and refused in words that help it to do better. Decides only.
#pragma once

#include "base/error.hpp"
#include "chart/chart.hpp"
#include "chart/chart_statements.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::desk {

/// Of get_candles and get_indicators: a chart, or a series.
struct told_series {
  std::optional<std::string> chart;  ///< As the model wrote it; whether there is one is for whoever looks.
  market::series of;                 ///< Without a chart.
  std::vector<chart::chosen_indicator> indicators;
  std::optional<std::int64_t> to;  ///< Milliseconds since 1970.
  std::int64_t limit = 0;
};
struct told_list {
  chart::statements::chart_filter which;
  std::int64_t limit = 0;
};

/// Each: errc::invalid_input with field errors, errc::malformed when it is no JSON.
base::result<told_series> read_candle_arguments(std::string_view json);
base::result<told_series> read_indicator_arguments(std::string_view json);
base::result<chart::content> read_chart_arguments(std::string_view json);
base::result<told_list> read_list_arguments(std::string_view json);
base::result<void> read_no_arguments(std::string_view json);

/// One sentence about what went wrong, for the model.
std::string words_for_model(const base::error& why);

}  // namespace kontor::desk
