#include "throttle/token_bucket.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <vector>

namespace kontor::throttle {
namespace {

using namespace std::chrono_literals;

const token_bucket::time_point filled_at{1'000'000s};
const token_bucket::pace six_a_minute{quota{6, 60s}};

}  // namespace

TEST(TokenBucket, StepByStep) {
  struct row {
    std::chrono::milliseconds at;
    bool taken;
    std::uint32_t remaining;
    std::chrono::milliseconds until_full;
    std::chrono::milliseconds until_next;
  };
  token_bucket bucket;
  EXPECT_EQ(bucket.remaining(six_a_minute, filled_at), 6u);
  EXPECT_EQ(bucket.until_full(filled_at), 0s);
  for (const auto& [at, taken, remaining, until_full, until_next] : std::vector<row>{
           {0s, true, 5, 10s, 0s},
           {0s, true, 4, 20s, 0s},
           {1s, true, 3, 29s, 0s},
           {1s, true, 2, 39s, 0s},
           {1s, true, 1, 49s, 0s},
           {1s, true, 0, 59s, 9s},  // one more second would have given the seventh
           {1s, false, 0, 59s, 9s},
           {9999ms, false, 0, 50001ms, 1ms},
           {10s, true, 0, 60s, 10s},
           {10s, false, 0, 60s, 10s},
           {19999ms, false, 0, 50001ms, 1ms},
           {45s, true, 2, 35s, 0s},
           {79999ms, true, 4, 10001ms, 0s},
       }) {
    EXPECT_EQ(bucket.take(six_a_minute, filled_at + at), taken) << at.count();
    EXPECT_EQ(bucket.remaining(six_a_minute, filled_at + at), remaining) << at.count();
    EXPECT_EQ(bucket.until_full(filled_at + at), until_full) << at.count();
    EXPECT_EQ(bucket.until_next(six_a_minute, filled_at + at), until_next) << at.count();
  }
  // Full again after a while, and no fuller for longer.
  EXPECT_EQ(bucket.remaining(six_a_minute, filled_at + 1000s), 6u);
  EXPECT_EQ(bucket.remaining(six_a_minute, filled_at + 24h), 6u);
}

TEST(TokenBucket, ARefusedRequestCostsNothing) {
  token_bucket bucket;
  for (int i = 0; i < 6; ++i)
    EXPECT_TRUE(bucket.take(six_a_minute, filled_at));
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(bucket.take(six_a_minute, filled_at + 9s));
  EXPECT_TRUE(bucket.take(six_a_minute, filled_at + 10s));
}

// Whatever the requests: never more in any window than the bucket and what flows in, and a client that keeps the pace
// is never refused.
TEST(TokenBucket, NeverMoreThanTheQuotaAndNeverLessThanThePace) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const auto& allowed : {quota{6, 60s}, quota{1, 1s}, quota{7, 3s}, quota{1000, 60s}, quota{1'000'000, 1s}}) {
    const token_bucket::pace pace(allowed);
    token_bucket bucket;
    auto now = filled_at;
    double taken = 0;
    std::uniform_int_distribution<std::int64_t> gaps(0, pace.per_token().count());
    for (int i = 0; i < 5000; ++i) {
      const bool due = bucket.until_next(pace, now) == 0s;
      ASSERT_EQ(bucket.take(pace, now), due);
      taken += due;
      ASSERT_LE(taken, allowed.requests + static_cast<double>((now - filled_at) / pace.per_token()));
      now += token_bucket::duration(gaps(random));
    }
    token_bucket steady;
    for (int i = 0; i < 5000; ++i)
      ASSERT_TRUE(steady.take(pace, filled_at + i * pace.per_token()));
  }
}

TEST(TokenBucket, TimeThatGoesBackTakesNothingAway) {
  // Two threads may read the clock in one order and arrive in the other.
  token_bucket bucket;
  EXPECT_TRUE(bucket.take(six_a_minute, filled_at + 1s));
  EXPECT_TRUE(bucket.take(six_a_minute, filled_at));
  EXPECT_EQ(bucket.remaining(six_a_minute, filled_at + 1s), 4u);
}

TEST(TokenBucket, RefusesQuotasThatAreNone) {
  for (const auto& wrong : {quota{0, 60s}, quota{1'000'001, 60s}, quota{1, 0s}, quota{1, -1s}, quota{1, 86'401s}})
    EXPECT_THROW(token_bucket::pace{wrong}, std::invalid_argument) << wrong.requests;
  EXPECT_NO_THROW(token_bucket::pace(quota{1'000'000, 1s}));
  EXPECT_NO_THROW(token_bucket::pace(quota{1, 86'400s}));
}

}  // namespace kontor::throttle
