#include "market/series.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace kontor::market;

TEST(Series, NamesAreReadAsTheyAreWritten) {
  for (const auto where : {venue::spot, venue::usdt_futures, venue::coin_futures, venue::usdc_futures}) {
    EXPECT_EQ(parse_venue(name_of(where)), where);
    for (const auto every : intervals_of(where))
      EXPECT_EQ(parse_interval(name_of(every)), every) << name_of(every);
  }
  EXPECT_EQ(parse_venue("Spot"), std::nullopt);
}

TEST(Series, HoursDaysAndWeeksMayBeSmallAndAMonthIsNoMinute) {
  EXPECT_EQ(parse_interval("4h"), interval::h4);
  EXPECT_EQ(parse_interval("1d"), interval::d1);
  EXPECT_EQ(parse_interval("1w"), interval::w1);
  EXPECT_EQ(parse_interval("1m"), interval::m1);
  EXPECT_EQ(parse_interval("1M"), interval::month);
  for (const auto* wrong : {"", "h", "4", "2d", "1Min", "4hh", "60m"})
    EXPECT_EQ(parse_interval(wrong), std::nullopt) << wrong;
}

TEST(Series, SpotHasNoTwoHours) {
  EXPECT_EQ(std::ranges::count(intervals_of(venue::spot), interval::h2), 0);
  EXPECT_EQ(std::ranges::count(intervals_of(venue::coin_futures), interval::h2), 1);
}

TEST(Series, AMonthEndsWhereTheNextBegins) {
  constexpr std::int64_t january_2024 = 1704067200000;
  constexpr std::int64_t february_2024 = 1706745600000;
  constexpr std::int64_t march_2024 = 1709251200000;
  EXPECT_EQ(end_of(interval::month, january_2024), february_2024);
  EXPECT_EQ(end_of(interval::month, february_2024), march_2024);
  EXPECT_EQ(end_of(interval::h4, january_2024), january_2024 + 4 * 3600 * 1000);
}

TEST(Series, SymbolsArePlain) {
  EXPECT_TRUE(is_symbol("BTCUSDT"));
  EXPECT_TRUE(is_symbol("BTCUSD_DMCBL"));
  EXPECT_TRUE(is_symbol(std::string(32, 'A')));
  for (const auto& wrong : {std::string(), std::string("btcusdt"), std::string("A&B=C"), std::string("A B"),
                            std::string("A/B"), std::string(33, 'A')})
    EXPECT_FALSE(is_symbol(wrong)) << wrong;
}

}  // namespace
