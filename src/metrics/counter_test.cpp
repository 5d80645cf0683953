#include "metrics/counter.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace kontor::metrics {

TEST(Counter, NothingIsLostBetweenThreads) {
  constexpr int threads = 8;
  constexpr int each = 20'000;
  counter counted;
  gauge level;
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i)
    running.emplace_back([&] {
      for (int n = 0; n < each; ++n) {
        counted.add();
        counted.add(2);
        level.add(n % 2 == 0 ? 3 : -3);
      }
    });
  running.clear();
  EXPECT_EQ(counted.value(), 3u * threads * each);
  EXPECT_EQ(level.value(), 0);
}

TEST(Counter, AGaugeIsWhatWasSetLastAndMayBeBelowZero) {
  gauge level;
  level.set(7);
  level.add(-9);
  EXPECT_EQ(level.value(), -2);
}

TEST(Counter, OneForEachValueOfAnEnumeration) {
  enum class colour { red, green, blue };
  counters<colour, colour::blue> seen;
  static_assert(decltype(seen)::size == 3);
  seen.add(colour::blue);
  seen.add(colour::red, 5);
  EXPECT_EQ(seen.value(colour::red), 5u);
  EXPECT_EQ(seen.value(colour::green), 0u);
  EXPECT_EQ(seen.value(colour::blue), 1u);
}

}  // namespace kontor::metrics
