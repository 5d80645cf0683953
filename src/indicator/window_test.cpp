#include "indicator/window.hpp"

#include "indicator/running_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using namespace kontor::indicator;

TEST(Window, TellsNothingBeforeItIsFull) {
  window<mean_of> last(3);
  EXPECT_FALSE(last.push(1));
  EXPECT_FALSE(last.peek(2));
  EXPECT_FALSE(last.push(2));
  EXPECT_EQ(last.peek(3)->mean, 2);
  EXPECT_EQ(last.push(3)->mean, 2);
}

// Each summary against the same of the last n numbers, counted anew.
TEST(Window, IsWhatTheLastNumbersAreForEverySize) {
  std::mt19937_64 chance(6);
  std::uniform_real_distribution<double> numbers(-10, 10);
  std::vector<double> all;
  for (int i = 0; i < 1200; ++i)
    all.push_back(numbers(chance));
  for (const int size : {1, 2, 3, 7, 20, 499, 500}) {
    window<spread_of> spread(size);
    window<weighted_mean_of> weighted(size);
    window<highest_of> highest(size);
    window<lowest_of> lowest(size);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto found = spread.push(all[i]);
      const auto found_weighted = weighted.push(all[i]);
      const auto found_highest = highest.push(all[i]);
      const auto found_lowest = lowest.push(all[i]);
      const auto n = static_cast<std::size_t>(size);
      ASSERT_EQ(found.has_value(), i + 1 >= n);
      if (!found) continue;
      const std::span<const double> last(all.data() + i + 1 - n, n);
      double sum = 0;
      double weights = 0;
      double weighed = 0;
      for (std::size_t j = 0; j < n; ++j) {
        sum += last[j];
        weights += static_cast<double>(j + 1);
        weighed += static_cast<double>(j + 1) * last[j];
      }
      const double mean = sum / size;
      double squares = 0;
      for (const auto each : last)
        squares += (each - mean) * (each - mean);
      ASSERT_NEAR(found->mean, mean, 1e-12) << size << " at " << i;
      ASSERT_NEAR(found->squares, squares, 1e-10) << size << " at " << i;
      ASSERT_NEAR(found_weighted->weighted, weighed / weights, 1e-12) << size << " at " << i;
      ASSERT_EQ(found_highest->highest, *std::ranges::max_element(last)) << size << " at " << i;
      ASSERT_EQ(found_lowest->lowest, *std::ranges::min_element(last)) << size << " at " << i;
    }
  }
}

TEST(Window, APeekIsThePushThatFollows) {
  std::mt19937_64 chance(7);
  std::uniform_real_distribution<double> numbers(0, 10);
  window<spread_of> last(7);
  for (int i = 0; i < 100; ++i) {
    const double number = numbers(chance);
    (void)last.peek(1e9);
    const auto peeked = last.peek(number);
    const auto pushed = last.push(number);
    ASSERT_EQ(peeked.has_value(), pushed.has_value());
    if (!pushed) continue;
    EXPECT_EQ(peeked->mean, pushed->mean);
    EXPECT_EQ(peeked->squares, pushed->squares);
  }
}

TEST(RunningSum, KeepsWhatAPlainSumLoses) {
  running_sum sum;
  sum.add(1);
  sum.add(1e17);
  for (int i = 0; i < 1000; ++i)
    sum.add(0.1);
  sum.add(-1e17);
  EXPECT_NEAR(sum.total(), 101, 1e-9);
}

}  // namespace
