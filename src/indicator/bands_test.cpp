#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::indicator;
using fixture::closes;

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, 32 / 8 = 4, deviation 2
TEST(Bollinger, StandsSoManyDeviationsOfThePopulationFromTheMean) {
  const auto found = compute(parse_text("bollinger(8,1.5)").value(), closes({2, 4, 4, 4, 5, 5, 7, 9}));
  EXPECT_DOUBLE_EQ(found[0][7], 8);
  EXPECT_DOUBLE_EQ(found[1][7], 5);
  EXPECT_DOUBLE_EQ(found[2][7], 2);
  for (const auto& column : found)
    for (std::size_t i = 0; i < 7; ++i)
      EXPECT_TRUE(std::isnan(column[i])) << i;
}

TEST(Bollinger, AFlatMarketHasNoWidth) {
  const auto found = compute(parse_text("bollinger").value(), std::vector<bar>(100, fixture::flat(0.1)));
  for (const auto& column : found)
    EXPECT_EQ(column.back(), 0.1);
}

// Candles (high low close): (10 8 9), (11 9 10): max(2, 2, 0) = 2, (15 13 14): max(2, 5, 3) = 5, (14 6 7): max(8, 0, 8)
// = 8. Of period 2: (2 + 5) / 2 = 3.5, then 3.5 + (8 - 3.5) / 2 = 5.75
TEST(Atr, SmoothsTrueRangesFromTheSecondCandleOn) {
  const std::vector<bar> bars{{.high = 10, .low = 8, .close = 9},
                              {.high = 11, .low = 9, .close = 10},
                              {.high = 15, .low = 13, .close = 14},
                              {.high = 14, .low = 6, .close = 7}};
  const auto found = compute(parse_text("atr(2)").value(), bars).at(0);
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_TRUE(std::isnan(found[1]));
  EXPECT_DOUBLE_EQ(found[2], 3.5);
  EXPECT_DOUBLE_EQ(found[3], 5.75);
}

TEST(Atr, OfOneIsTheTrueRange) {
  const std::vector<bar> bars{{.high = 10, .low = 8, .close = 9}, {.high = 8, .low = 7, .close = 7}};
  const auto found = compute(parse_text("atr(1)").value(), bars).at(0);
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_EQ(found[1], 2);
}

TEST(Atr, AFlatMarketHasNoRange) {
  EXPECT_EQ(compute(parse_text("atr").value(), std::vector<bar>(100, fixture::flat(0.1))).at(0).back(), 0);
}

}  // namespace
