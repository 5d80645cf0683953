#include "chart/watched.hpp"

#include "chart/chart_data.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kontor::chart {
namespace {

std::vector<market::candle> some_candles(int count) {
  std::vector<market::candle> out;
  for (int i = 0; i < count; ++i) {
    const double price = 100 + (i * 7) % 13;
    out.push_back({.time = i * 60'000,
                   .open = price,
                   .high = price + 2,
                   .low = price - 1,
                   .close = price + (i % 3 == 0 ? 1 : -0.5),
                   .volume = 1.0 + i % 5,
                   .quote_volume = price});
  }
  return out;
}

}  // namespace

// One definition: what is heard live is what a chart of the same candles has, or nothing.
TEST(Watched, WhatIsHeardIsWhatAChartShowsOrNothing) {
  const auto rows = some_candles(2000);
  const auto columns = std::make_shared<const market::candle_columns>(rows);
  for (const auto kind : indicator::all_kinds()) {
    const auto what = indicator::make_spec(kind, {}).value();
    const auto all = watched(std::vector{what}, market::interval::m1);
    const auto before = static_cast<std::size_t>(all[0].lead_in);
    market::candle_answer told;
    const auto first = rows.size() - 2 - std::min(before, rows.size() - 2);
    told.lead_in.append(columns, first, rows.size() - 2);
    told.candles.append(columns, rows.size() - 2, rows.size());
    const auto shown = compute_over(what, market::interval::m1, told);
    const auto running = all[0].start();
    for (auto i = first; i + 1 < rows.size(); ++i)
      running->push(rows[i]);
    const auto heard = running->peek(rows.back());
    ASSERT_EQ(heard.size(), indicator::outputs_of(kind).size());
    for (std::size_t i = 0; i < heard.size(); ++i) {
      EXPECT_EQ(heard[i].has_value(), !indicator::counts_from_start(what)) << indicator::to_text(what);
      if (heard[i]) EXPECT_EQ(*heard[i], shown[i].back()) << indicator::to_text(what);
    }
  }
}

TEST(Watched, WhatCountsFromTheBeginningOfARangeIsNotTold) {
  for (const auto* text : {"obv()", "vwap(0)"}) {
    const auto all = watched(std::vector{indicator::parse_text(text).value()}, market::interval::m1);
    const auto running = all[0].start();
    for (const auto& one : some_candles(10))
      running->push(one);
    EXPECT_EQ(running->peek(some_candles(11).back()), std::vector<std::optional<double>>(1)) << text;
  }
  EXPECT_FALSE(indicator::counts_from_start(indicator::parse_text("vwap(1)").value()));
}

}  // namespace kontor::chart
