#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::indicator;
using fixture::closes;

std::vector<double> average_of(std::string_view text, const std::vector<bar>& bars) {
  return compute(parse_text(text).value(), bars).at(0);
}

void expect_column(const std::vector<double>& found, const std::vector<std::optional<double>>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i])
      EXPECT_NEAR(found[i], *wanted[i], 1e-12) << "at " << i;
    else
      EXPECT_TRUE(std::isnan(found[i])) << "at " << i;
  }
}

// (2 + 4 + 9) / 3 = 5, (4 + 9 + 5) / 3 = 6, (9 + 5 + 1) / 3 = 5
TEST(Sma, IsTheMeanOfTheLast) {
  expect_column(average_of("sma(3)", closes({2, 4, 9, 5, 1})), {{}, {}, 5, 6, 5});
  expect_column(average_of("sma(1)", closes({2, 4, 9})), {2, 4, 9});
}

// Begins with (2 + 4 + 9) / 3 = 5, part 2 / 4: 5 + (7 - 5) / 2 = 6, 6 + (1 - 6) / 2 = 3.5
TEST(Ema, BeginsWithTheSmaAndGoesOn) {
  expect_column(average_of("ema(3)", closes({2, 4, 9, 7, 1})), {{}, {}, 5, 6, 3.5});
  expect_column(average_of("ema(1)", closes({2, 4, 9})), {2, 4, 9});
}

// (1 * 2 + 2 * 4 + 3 * 9) / 6 = 37 / 6, (1 * 4 + 2 * 9 + 3 * 5) / 6 = 37 / 6, (1 * 9 + 2 * 5 + 3 * 1) / 6 = 22 / 6
TEST(Wma, GivesTheLatestTheGreatestWeight) {
  expect_column(average_of("wma(3)", closes({2, 4, 9, 5, 1})), {{}, {}, 37.0 / 6, 37.0 / 6, 22.0 / 6});
  expect_column(average_of("wma(1)", closes({2, 4, 9})), {2, 4, 9});
}

// Volumes 1, 5, 6: (1 + 5) / 2 = 3, (5 + 6) / 2 = 5.5
TEST(VolumeAverage, IsTheSmaOfTheVolumes) {
  expect_column(average_of("volume_average(2)", {fixture::flat(9, 1), fixture::flat(9, 5), fixture::flat(9, 6)}),
                {{}, 3, 5.5});
}

TEST(Averages, ShowGapsUntilTheyAreWarm) {
  const auto bars = fixture::walk(600, 1);
  for (const auto* name : {"sma", "ema", "wma", "volume_average"})
    for (const std::size_t period : {1u, 2u, 20u, 500u}) {
      const auto found = average_of(std::string(name) + '(' + std::to_string(period) + ')', bars);
      for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_EQ(std::isnan(found[i]), i + 1 < period) << name << period << " at " << i;
    }
}

}  // namespace
