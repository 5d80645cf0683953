#include "base/time.hpp"

#include <gtest/gtest.h>

namespace kontor::base {

TEST(Time, WritesRfc3339) {
  EXPECT_EQ(to_rfc3339(from_microseconds(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(1'795'413'741'000'001)), "2026-11-23T06:02:21.000001Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(2'147'483'648'000'000)), "2038-01-19T03:14:08Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, ManualClockMovesOnlyWhenMoved) {
  manual_clock clock(from_microseconds(5));
  EXPECT_EQ(to_microseconds(clock.now()), 5);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(to_microseconds(clock.now()), 1'000'005);
}

}  // namespace kontor::base
