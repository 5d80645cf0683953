#include "base/time.hpp"

#include <gtest/gtest.h>

namespace kontor::base {

TEST(Time, WritesRfc3339) {
  EXPECT_EQ(to_rfc3339(from_microseconds(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(1'795'413'741'000'001)), "2026-11-23T06:02:21.000001Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(2'147'483'648'000'000)), "2038-01-19T03:14:08Z");
  EXPECT_EQ(to_rfc3339(from_microseconds(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, ReadsRfc3339) {
  const auto read = [](std::string_view text) { return to_microseconds(parse_rfc3339(text).value()); };
  EXPECT_EQ(read("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(read("1970-01-01T00:00:00.5Z"), 500'000);
  EXPECT_EQ(read("1970-01-01T00:00:00.000001Z"), 1);
  EXPECT_EQ(read("1970-01-01T01:30:00+01:30"), 0);
  EXPECT_EQ(read("1969-12-31T23:00:00-01:00"), 0);
  EXPECT_EQ(read("2024-02-29T23:59:59.999999Z"), 1'709'251'199'999'999);
  for (const auto at : {0LL, 1'800'000'000'123'456LL, -1LL, 253'402'300'799'999'999LL}) {
    const auto time = from_microseconds(at);
    EXPECT_EQ(parse_rfc3339(to_rfc3339(time)), time);
  }
}

TEST(Time, ReadsNothingElse) {
  for (const std::string_view text : {"",
                                      "now",
                                      "2026-11-23",
                                      "2026-11-23T06:02:21",
                                      "2026-11-23 06:02:21Z",
                                      "2026-11-23t06:02:21z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:60Z",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00.1234567Z",
                                      "2026-01-01T00:00:00+1:00",
                                      "2026-01-01T00:00:00+24:00",
                                      "2026-01-01T00:00:00ZZ",
                                      " 2026-01-01T00:00:00Z",
                                      "+026-01-01T00:00:00Z",
                                      "99999-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
}

TEST(Time, ManualClockMovesOnlyWhenMoved) {
  manual_clock clock(from_microseconds(5));
  EXPECT_EQ(to_microseconds(clock.now()), 5);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(to_microseconds(clock.now()), 1'000'005);
}

}  // namespace kontor::base
