#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::indicator;
using fixture::closes;

std::vector<std::vector<double>> lines_of(std::string_view text, const std::vector<bar>& bars) {
  return compute(parse_text(text).value(), bars);
}

std::size_t first_warm(const std::vector<double>& column) {
  return static_cast<std::size_t>(std::ranges::find_if(column, [](double each) { return !std::isnan(each); }) -
                                  column.begin());
}

// Closes 10, 12, 11, 14, 10: changes +2, -1, +3, -4. Of period 3: gains (2 + 0 + 3) / 3 = 5/3, losses 1/3: 100 * 5 / 6.
// Then gains 5/3 * 2/3 = 10/9, losses 1/3 * 2/3 + 4/3 = 14/9: 100 * 10 / 24.
TEST(Rsi, IsThePartOfTheGainsInAllMovement) {
  const auto found = lines_of("rsi(3)", closes({10, 12, 11, 14, 10})).at(0);
  EXPECT_EQ(first_warm(found), 3u);
  EXPECT_NEAR(found[3], 500.0 / 6, 1e-12);
  EXPECT_NEAR(found[4], 1000.0 / 24, 1e-12);
}

TEST(Rsi, IsAtTheEndsWhenThereIsOnlyOneDirection) {
  EXPECT_EQ(lines_of("rsi(2)", closes({1, 2, 3, 4})).at(0).back(), 100);
  EXPECT_EQ(lines_of("rsi(2)", closes({4, 3, 2, 1})).at(0).back(), 0);
}

TEST(Rsi, IsInTheMiddleWhenThePriceNeverMoved) {
  EXPECT_EQ(lines_of("rsi", std::vector<bar>(100, fixture::flat(0.1))).at(0).back(), 50);
}

// Closes 2, 4, 9, 5, 1. EMA of 1: the close. EMA of 2, part 2/3: 3, 3 + 2/3 * 6 = 7, 7 - 2/3 * 2 = 17/3, 17/3 - 2/3 *
// 14/3 = 23/9. Line: 1, 2, -2/3, -14/9. Signal of 2: 1.5, 1.5 + 2/3 * (-2/3 - 1.5) = 1/18, 1/18 + 2/3 * (-29/18) =
// -55/54
TEST(Macd, IsTheDifferenceOfTwoEmasAndItsSignal) {
  const auto found = lines_of("macd(1,2,2)", closes({2, 4, 9, 5, 1}));
  const double gap = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<double>> wanted{
      {gap, 1, 2, -2.0 / 3, -14.0 / 9}, {gap, gap, 1.5, 1.0 / 18, -55.0 / 54}, {gap, gap, 0.5, -13.0 / 18, -29.0 / 54}};
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (std::size_t j = 0; j < wanted[i].size(); ++j) {
      if (std::isnan(wanted[i][j]))
        EXPECT_TRUE(std::isnan(found[i][j])) << i << ' ' << j;
      else
        EXPECT_NEAR(found[i][j], wanted[i][j], 1e-12) << i << ' ' << j;
    }
}

TEST(Macd, TheLineIsWarmWithTheSlowOneAndTheSignalLater) {
  const auto found = lines_of("macd", fixture::walk(100, 2));
  EXPECT_EQ(first_warm(found[0]), 25u);
  EXPECT_EQ(first_warm(found[1]), 33u);
  EXPECT_EQ(first_warm(found[2]), 33u);
}

// (high low close): (10 6 8), (12 8 9), (11 7 11), (13 9 13). The last two together: 100 * (9 - 6) / (12 - 6) = 50,
// 100 * (11 - 7) / (12 - 7) = 80, 100 * (13 - 7) / (13 - 7) = 100. %K over two: 65, 90. %D over two: 77.5
TEST(Stochastic, IsThePlaceOfTheCloseBetweenLowestAndHighest) {
  const std::vector<bar> bars{{.high = 10, .low = 6, .close = 8},
                              {.high = 12, .low = 8, .close = 9},
                              {.high = 11, .low = 7, .close = 11},
                              {.high = 13, .low = 9, .close = 13}};
  const auto found = lines_of("stochastic(2,2,2)", bars);
  EXPECT_TRUE(std::isnan(found[0][1]));
  EXPECT_NEAR(found[0][2], 65, 1e-12);
  EXPECT_NEAR(found[0][3], 90, 1e-12);
  EXPECT_TRUE(std::isnan(found[1][2]));
  EXPECT_NEAR(found[1][3], 77.5, 1e-12);
}

TEST(Stochastic, IsWarmWhenAllItsPartsAre) {
  const auto found = lines_of("stochastic(14,3,5)", fixture::walk(100, 3));
  EXPECT_EQ(first_warm(found[0]), 15u);
  EXPECT_EQ(first_warm(found[1]), 19u);
}

TEST(Stochastic, IsInTheMiddleWhereHighestAndLowestAreTheSame) {
  const auto found = lines_of("stochastic", std::vector<bar>(100, fixture::flat(0.1)));
  EXPECT_EQ(found[0].back(), 50);
  EXPECT_EQ(found[1].back(), 50);
}

}  // namespace
