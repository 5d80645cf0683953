// Numbers that ruin a careless sum: huge ones before small ones, long series, flat pieces, what is no number.
#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace {

using namespace kontor::indicator;
using fixture::flat;
using fixture::push_all;

std::unique_ptr<running> running_of(std::string_view text) {
  return start(parse_text(text).value());
}

// 1e18 leaves the window, and 1e-8 is all there is, exactly.
TEST(Hostile, WhatHasLeftAWindowHasLeftNoTrace) {
  for (const auto* text : {"sma(20)", "sma(1)", "wma(20)", "ema(1)", "volume_average(20)", "bollinger(20,2)"}) {
    const auto by = running_of(text);
    (void)push_all(*by, std::vector<bar>(33, flat(1e18, 1e18)));
    const auto last = push_all(*by, std::vector<bar>(20, flat(1e-8, 1e-8)));
    for (const auto& each : last)
      if (each) EXPECT_EQ(*each, 1e-8) << text;
  }
}

TEST(Hostile, AnEmaForgetsAHugePrice) {
  for (const auto* text : {"ema(2)", "ema(20)"}) {
    const auto by = running_of(text);
    (void)push_all(*by, std::vector<bar>(33, flat(1e18)));
    const auto last = push_all(*by, std::vector<bar>(2000, flat(1e-8)));
    EXPECT_NEAR(*last[0], 1e-8, 1e-17) << text;
  }
}

TEST(Hostile, TheAtrForgetsAHugeRange) {
  const auto by = running_of("atr(14)");
  (void)push_all(*by, {flat(1), flat(1e18), flat(1)});
  bar calm = flat(1);
  calm.high = 1.5;
  EXPECT_NEAR(*push_all(*by, std::vector<bar>(3000, calm))[0], 0.5, 1e-9);
}

TEST(Hostile, TheStochasticForgetsAHugePrice) {
  const auto by = running_of("stochastic(14,3,3)");
  (void)push_all(*by, std::vector<bar>(33, flat(1e18)));
  const auto last = push_all(*by, std::vector<bar>(18, bar{.high = 2e-8, .low = 1e-8, .close = 1.5e-8}));
  EXPECT_NEAR(*last[0], 50, 1e-9);
  EXPECT_NEAR(*last[1], 50, 1e-9);
}

// A running sum that subtracts is off by more than the deviation itself here.
TEST(Hostile, DeviationsOfTinyMovesAreThoseOfTheWindow) {
  const auto by = running_of("bollinger(20,1)");
  (void)push_all(*by, std::vector<bar>(50, flat(1e12)));
  std::vector<double> last;
  values told;
  for (int i = 0; i < 20; ++i) {
    last.push_back(i % 2 == 0 ? 1.0 : 1.0009765625);
    told = by->push(flat(last.back()));
  }
  EXPECT_NEAR(*told[0] - *told[1], 0.00048828125, 1e-12);
  EXPECT_NEAR(*told[1], 1.00048828125, 1e-15);
}

TEST(Hostile, AMillionCandlesDoNotDrift) {
  const auto bars = fixture::walk(20'000, 9);
  const auto sma = running_of("sma(20)");
  const auto bollinger = running_of("bollinger(20,2)");
  values mean;
  values bands;
  for (int round = 0; round < 50; ++round)
    for (const auto& each : bars) {
      mean = sma->push(each);
      bands = bollinger->push(each);
    }
  std::vector<long double> last;
  for (std::size_t i = bars.size() - 20; i < bars.size(); ++i)
    last.push_back(static_cast<long double>(bars[i].close));
  const auto exact = std::accumulate(last.begin(), last.end(), 0.0L) / 20;
  long double squares = 0;
  for (const auto each : last)
    squares += (each - exact) * (each - exact);
  const auto upper = static_cast<double>(exact + 2 * std::sqrt(squares / 20));
  EXPECT_NEAR(*mean[0], static_cast<double>(exact), 1e-14 * static_cast<double>(exact));
  EXPECT_EQ(*bands[1], *mean[0]);
  EXPECT_NEAR(*bands[0], upper, 1e-13 * upper);
}

TEST(Hostile, ObvComesBackToWhereItWas) {
  const auto by = running_of("obv");
  (void)push_all(*by, {flat(1), flat(2, 0.1), flat(3, 1e17)});
  EXPECT_DOUBLE_EQ(*by->push(flat(2, 1e17))[0], 0.1);
}

// (1e12 * 1e-12 + 1e-8 * 1e12) / 1e12
TEST(Hostile, VwapOfATinyPriceWithAHugeVolumeAfterAHugePriceWithATinyVolume) {
  const auto by = running_of("vwap(0)");
  (void)by->push(flat(1e12, 1e-12));
  EXPECT_NEAR(*by->push(flat(1e-8, 1e12))[0], 1.0001e-8, 1e-17);
}

std::vector<bar> unusable() {
  std::vector<bar> out;
  for (const double wrong :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), -1.0, -1e-300, std::nextafter(largest_number, 1e200), 1e300}) {
    for (double bar::* member : {&bar::high, &bar::low, &bar::close, &bar::volume}) {
      out.push_back(flat(100));
      out.back().*member = wrong;
    }
  }
  return out;
}

TEST(Hostile, AnUnusableCandleIsPassedOver) {
  const auto bars = fixture::walk(1500, 10);
  const auto wrong = unusable();
  for (const auto& what : fixture::every_spec()) {
    const auto without = start(what);
    const auto with = start(what);
    for (std::size_t i = 0; i < bars.size(); ++i) {
      EXPECT_EQ(with->peek(wrong[i % wrong.size()]), values{}) << to_text(what);
      EXPECT_EQ(with->push(wrong[i % wrong.size()]), values{}) << to_text(what);
      ASSERT_EQ(with->push(bars[i]), without->push(bars[i])) << to_text(what) << " at " << i;
    }
  }
}

TEST(Hostile, TheLargestNumbersGiveNumbers) {
  for (const auto& what : fixture::every_spec()) {
    const auto by = start(what);
    for (int i = 0; i < 1600; ++i) {
      const double price = i % 3 == 0 ? largest_number : i % 3 == 1 ? 0.0 : std::numeric_limits<double>::denorm_min();
      for (const auto& each : by->push({.time = i, .high = largest_number, .low = 0, .close = price, .volume = price}))
        if (each) ASSERT_TRUE(std::isfinite(*each)) << to_text(what) << " at " << i;
    }
  }
}

// Gains and losses fade below what a double can hold: the RSI stays a number within its range.
TEST(Hostile, AStandStillOfAHundredThousandCandles) {
  for (const auto& what : fixture::every_spec()) {
    const auto by = start(what);
    (void)push_all(*by, fixture::walk(600, 11));
    values last;
    for (int i = 0; i < 100'000; ++i)
      last = by->push(flat(100));
    for (const auto& each : last)
      if (each) EXPECT_TRUE(std::isfinite(*each)) << to_text(what);
    if (what.what == kind::rsi) EXPECT_TRUE(*last[0] >= 0 && *last[0] <= 100) << *last[0];
  }
}

}  // namespace
