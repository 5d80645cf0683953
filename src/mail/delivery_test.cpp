#include "mail/delivery.hpp"

#include <gtest/gtest.h>

namespace kontor::mail {
namespace {

using namespace std::chrono_literals;
using enum attempt_outcome;

const base::timestamp queued_at = base::from_microseconds(1'800'000'000'000'000);

}  // namespace

TEST(Delivery, WaitsAMinuteThenTwiceAsLongUpToAnHour) {
  const std::chrono::minutes waits[] = {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min};
  for (std::int64_t failures = 1; failures <= 8; ++failures)
    EXPECT_EQ(wait_after(failures), waits[failures - 1]) << failures;
  EXPECT_EQ(wait_after(1'000'000'000'000), 60min);
  EXPECT_EQ(wait_after(0), 1min);
}

TEST(Delivery, IsGivenUpWithTheLinkOrAfterADay) {
  EXPECT_EQ(give_up_time(queued_at, queued_at + 30min), queued_at + 30min);
  EXPECT_EQ(give_up_time(queued_at, queued_at + 24h), queued_at + 24h);
  EXPECT_EQ(give_up_time(queued_at, queued_at + 24h + 1us), queued_at + 24h);
}

TEST(Delivery, EveryOutcomeHasItsStep) {
  struct row {
    attempt_outcome outcome;
    std::int64_t attempts;
    std::chrono::microseconds left;  // until it is given up
    delivery_decision wanted;
  };
  const row rows[] = {
      {sent, 1, 30min, {delivery_step::remove, {}}},
      {sent, 9, -1min, {delivery_step::remove, {}}},
      {interrupted, 1, 30min, {delivery_step::wait, queued_at}},
      {interrupted, 7, 1us, {delivery_step::wait, queued_at}},
      {failed, 1, 30min, {delivery_step::wait, queued_at + 1min}},
      {failed, 4, 30min, {delivery_step::wait, queued_at + 8min}},
      {failed, 1, 1min + 1us, {delivery_step::wait, queued_at + 1min}},
      {failed, 1, 1min, {delivery_step::give_up, {}}},
      {failed, 7, 59min, {delivery_step::give_up, {}}},
      {failed, 1, -1min, {delivery_step::give_up, {}}},
  };
  for (const auto& [outcome, attempts, left, wanted] : rows)
    EXPECT_EQ(decide(outcome, attempts, queued_at, queued_at + left), wanted) << attempts << " " << left.count();
}

// Whatever fails, a mail is tried often in its first hour, ends within its time, and is never tried without a pause.
TEST(Delivery, AWalkOfFailuresEndsInTime) {
  const auto gives_up_at = give_up_time(queued_at, queued_at + 48h);
  base::timestamp now = queued_at;
  std::int64_t attempts = 0;
  int in_the_first_hour = 0;
  while (true) {
    ++attempts;
    if (now < queued_at + 1h) ++in_the_first_hour;
    const auto next = decide(failed, attempts, now, gives_up_at);
    if (next.step == delivery_step::give_up) break;
    ASSERT_EQ(next.step, delivery_step::wait);
    ASSERT_GE(next.at, now + 1min);
    now = next.at;
    ASSERT_LT(now, gives_up_at);
    ASSERT_LT(attempts, 100);
  }
  EXPECT_EQ(in_the_first_hour, 6);
  EXPECT_GT(now, gives_up_at - longest_wait - 1min);
}

}  // namespace kontor::mail
