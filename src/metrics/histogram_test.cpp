#include "metrics/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace kontor::metrics {

using namespace std::chrono_literals;

TEST(TimeHistogram, BoundsGrow) {
  EXPECT_TRUE(std::ranges::is_sorted(time_bounds, std::less_equal<>()));
}

TEST(TimeHistogram, ABoundBelongsToItsBucketAndANanosecondMoreToTheNext) {
  for (std::size_t i = 0; i < time_bounds.size(); ++i) {
    time_histogram took;
    took.record(time_bounds[i]);
    took.record(time_bounds[i] + 1ns);
    const auto counts = took.counts();
    EXPECT_EQ(counts.in_bucket[i], 1u) << i;
    EXPECT_EQ(counts.in_bucket[i + 1], 1u) << i;
    EXPECT_EQ(counts.count(), 2u);
    EXPECT_EQ(counts.sum, 2 * time_bounds[i] + 1ns);
  }
}

TEST(TimeHistogram, NothingAndLessThanNothingAreInTheFirstAndADayIsInTheLast) {
  time_histogram took;
  took.record(0ns);
  took.record(-5s);
  took.record(24h);
  const auto counts = took.counts();
  EXPECT_EQ(counts.in_bucket.front(), 2u);
  EXPECT_EQ(counts.in_bucket.back(), 1u);
  EXPECT_EQ(counts.sum, 24h);
}

TEST(TimeHistogram, NothingIsLostBetweenThreadsAndThoseOfAllLoopsAddUp) {
  time_histogram first, second;
  std::vector<std::jthread> running;
  for (int i = 0; i < 4; ++i)
    running.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) {
        first.record(200us);
        second.record(2s);
      }
    });
  running.clear();
  auto sum = first.counts();
  sum += second.counts();
  EXPECT_EQ(sum.count(), 80'000u);
  EXPECT_EQ(sum.in_bucket[1], 40'000u);
  EXPECT_EQ(sum.sum, 40'000 * (200us + 2s));
}

}  // namespace kontor::metrics
