#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::indicator;
using fixture::first_time;

constexpr std::int64_t hour = 60 * fixture::minute;
constexpr std::int64_t day = 24 * hour;

bar at(std::int64_t time, double price, double volume) {
  return {.time = time, .open = price, .high = price + 2, .low = price - 2, .close = price, .volume = volume};
}

std::vector<double> values_of(std::string_view text, const std::vector<bar>& bars) {
  return compute(parse_text(text).value(), bars).at(0);
}

// (10 * 1 + 16 * 3) / 4 = 14.5; the next day 20; (20 * 2 + 26 * 1) / 3 = 22
TEST(Vwap, WeighsTypicalPricesAndBeginsAnewEachDay) {
  const std::vector<bar> bars{at(first_time + 22 * hour, 10, 1), at(first_time + 23 * hour, 16, 3),
                              at(first_time + day, 20, 2), at(first_time + day + hour, 26, 1)};
  const auto found = values_of("vwap", bars);
  EXPECT_DOUBLE_EQ(found[0], 10);
  EXPECT_DOUBLE_EQ(found[1], 14.5);
  EXPECT_DOUBLE_EQ(found[2], 20);
  EXPECT_DOUBLE_EQ(found[3], 22);
}

// Typical price of (high 12, low 6, close 9): 9
TEST(Vwap, TheTypicalPriceIsOfHighLowAndClose) {
  EXPECT_DOUBLE_EQ(values_of("vwap", {{.time = 0, .open = 100, .high = 12, .low = 6, .close = 9, .volume = 1}})[0], 9);
}

// (10 * 1 + 20 * 1 + 60 * 2) / 4 = 37.5
TEST(Vwap, WithoutResetsItGoesOnForEver) {
  EXPECT_DOUBLE_EQ(values_of("vwap(0)", {at(0, 10, 1), at(day, 20, 1), at(900 * day, 60, 2)})[2], 37.5);
}

TEST(Vwap, SevenDaysAreAWeekFromMonday) {
  const std::vector<bar> bars{at(first_time - 1, 10, 1), at(first_time, 20, 1), at(first_time + 7 * day - 1, 30, 1),
                              at(first_time + 7 * day, 50, 1)};
  const auto found = values_of("vwap(7)", bars);
  EXPECT_EQ(found, (std::vector<double>{10, 20, 25, 50}));
}

TEST(Vwap, TheDaysBefore1970AreDaysToo) {
  const auto found = values_of("vwap", {at(-day, 10, 1), at(-1, 20, 1), at(0, 30, 1)});
  EXPECT_EQ(found, (std::vector<double>{10, 15, 30}));
}

TEST(Vwap, ThereIsNoneBeforeSomethingWasTraded) {
  const auto found = values_of("vwap", {at(0, 10, 0), at(hour, 20, 1), at(2 * hour, 99, 0), at(day, 30, 0)});
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_EQ(found[1], 20);
  EXPECT_EQ(found[2], 20);
  EXPECT_TRUE(std::isnan(found[3]));
}

// 0, up: +5, the same: 0, down: -3
TEST(Obv, AddsTheVolumeOfRisesAndTakesThatOfFallsAway) {
  EXPECT_EQ(values_of("obv", {at(0, 10, 7), at(1, 11, 5), at(2, 11, 100), at(3, 9, 3)}),
            (std::vector<double>{0, 5, 5, 2}));
}

}  // namespace
