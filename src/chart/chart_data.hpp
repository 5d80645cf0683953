// What a chart shows: candles and the values of indicators over them, as numbers and as text. Plain computing, without
// waiting: for a pool.
#pragma once

#include "base/error.hpp"
#include "chart/chart.hpp"
#include "indicator/indicator.hpp"
#include "market/market_service.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::chart {

/// An indicator over a range of candles.
struct computed_indicator {
  chosen_indicator of;
  std::vector<std::vector<double>> columns;  ///< One per output, as long as the range; quiet NaN: not warm yet.
};

struct chart_data {
  std::optional<chart_id> of_chart;
  market::series of;
  market::candle_answer told;
  std::vector<computed_indicator> indicators;
  std::string hash;  ///< See market::hash_of.
};

/// So many candles are needed before the first that is shown.
std::int64_t lead_in_of(std::span<const chosen_indicator> indicators, market::interval every) noexcept;

/// Each indicator begins as many candles before the first as it needs, and no more: its values do not depend on what
/// else is computed.
std::vector<std::vector<double>> compute_over(const indicator::spec& what, market::interval every,
                                              const market::candle_answer& told);

/// The texts of indicators in their order: what the hash is made with.
std::vector<std::string> texts_of(std::span<const chosen_indicator> indicators);

/// `{"kind":…,"params":{…},"color":…}` without its closing brace: schema Indicator.
void append_indicator(std::string& out, const chosen_indicator& what);

/// Member `indicators` of schema ChartData for one of them, computed here.
std::string indicator_json(const chosen_indicator& what, market::interval every, const market::candle_answer& told);
/// Schema ChartData from its parts. `indicators`: what indicator_json made.
std::string data_json(const std::optional<chart_id>& of_chart, const market::series& of,
                      const market::candle_answer& told, std::span<const std::string> indicators,
                      std::string_view hash);

/// A table with a line per candle, its head first (RFC 4180).
std::string data_csv(market::interval every, const market::candle_answer& told,
                     std::span<const chosen_indicator> indicators);

}  // namespace kontor::chart
