#include "app/outside_checks.hpp"

#include <gtest/gtest.h>

namespace kontor::app {

using state = check_result::state;

// What is asked of servers is tested with the program in tests/blackbox/doctor.test.ts.
TEST(OutsideChecks, TheExchangesClockAtItsBounds) {
  const auto judged = [](std::int64_t ahead) { return judge_exchange_clock("https://x.example", ahead).is; };
  for (const std::int64_t sign : {1, -1}) {
    EXPECT_EQ(judged(0), state::good);
    EXPECT_EQ(judged(sign * 4'999), state::good);
    EXPECT_EQ(judged(sign * 5'000), state::noted);
    EXPECT_EQ(judged(sign * 29'999), state::noted);
    EXPECT_EQ(judged(sign * 30'000), state::bad);
  }
  EXPECT_NE(judge_exchange_clock("https://x.example", -40'000).found.find("40 s behind"), std::string::npos);
  EXPECT_NE(judge_exchange_clock("https://x.example", 40'000).found.find("40 s ahead"), std::string::npos);
}

}  // namespace kontor::app
