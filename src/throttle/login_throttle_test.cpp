#include "throttle/login_throttle.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::throttle {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);
const login_throttle_settings defaults;
const counter_rules account = rules_for(defaults, counter_kind::account);
const counter_rules address = rules_for(defaults, counter_kind::address);

// Attempts that all fail, each as soon as it is allowed; returns the counter and the time of the last one.
struct series {
  counter state;
  base::timestamp now = noon;
};
series fail(const counter_rules& rules, std::int64_t times) {
  series s;
  for (std::int64_t i = 0; i < times; ++i) {
    s.now += remaining_wait(rules, s.state, s.now);
    s.state = count_attempt(rules, s.state, s.now);
  }
  return s;
}

}  // namespace

TEST(LoginThrottle, EveryStepOfTheWait) {
  struct row {
    std::int64_t failures;
    microseconds wait;
  };
  for (const auto& [failures, wait] : std::vector<row>{
           {0, 0s},           {1, 0s},     {2, 0s},     {3, 0s},     {4, 0s},      {5, 1s},      {6, 2s},
           {7, 4s},           {8, 8s},     {9, 16s},    {10, 32s},   {11, 64s},    {12, 128s},   {13, 256s},
           {14, 512s},        {15, 15min}, {16, 15min}, {99, 15min}, {100, 15min}, {101, 15min}, {1'000'000, 15min},
           {INT64_MAX, 15min}}) {
    EXPECT_EQ(wait_after(account, failures), wait) << failures;
    if (failures == 0 || failures > 1000) continue;
    const auto reached = fail(account, failures);
    EXPECT_EQ(reached.state.failures, failures);
    EXPECT_EQ(remaining_wait(account, reached.state, reached.now), wait) << failures;
  }
}

TEST(LoginThrottle, EachKindHasItsOwnFreeFailures) {
  struct row {
    counter_kind kind;
    std::int64_t free;
    forgotten_since since;
  };
  for (const auto& [kind, free, since] : {row{counter_kind::account, 5, forgotten_since::last_failure},
                                          row{counter_kind::device, 5, forgotten_since::last_failure},
                                          row{counter_kind::address, 50, forgotten_since::first_failure}}) {
    const auto rules = rules_for(defaults, kind);
    EXPECT_EQ(wait_after(rules, free - 1), 0s);
    EXPECT_EQ(wait_after(rules, free), 1s);
    EXPECT_EQ(rules.since, since);
  }
  login_throttle_settings other;
  other.account_free = 1;
  other.device_free = 2;
  other.address_free = 3;
  EXPECT_EQ(rules_for(other, counter_kind::account).free_failures, 1);
  EXPECT_EQ(rules_for(other, counter_kind::device).free_failures, 2);
  EXPECT_EQ(rules_for(other, counter_kind::address).free_failures, 3);
}

TEST(LoginThrottle, AWaitEndsOnTheMicrosecond) {
  const auto blocked = fail(account, 5);
  EXPECT_EQ(remaining_wait(account, blocked.state, blocked.now), 1s);
  EXPECT_EQ(remaining_wait(account, blocked.state, blocked.now + 400ms), 600ms);
  EXPECT_EQ(remaining_wait(account, blocked.state, blocked.now + 1s - 1us), 1us);
  EXPECT_EQ(remaining_wait(account, blocked.state, blocked.now + 1s), 0s);
}

// NIST SP 800-63B-4: no more than 100 failures in a row on an account. The hundredth comes after most of a day, and
// from then on there is one in 15 minutes.
// Security checklist b.25.
TEST(LoginThrottle, AHundredFailuresTakeMostOfADay) {
  const auto hundred = fail(account, 100);
  EXPECT_EQ(hundred.now - noon, 1023s + 85 * 15min);
  EXPECT_GT(hundred.now - noon, 21h);
  const auto a_day_later = fail(account, 100 + 96);
  EXPECT_EQ(a_day_later.now - hundred.now, 24h);
}

TEST(LoginThrottle, IsForgottenADayAfterTheLastFailure) {
  const auto blocked = fail(account, 20);
  EXPECT_FALSE(is_forgotten(account, blocked.state, blocked.now + 24h - 1us));
  EXPECT_EQ(count_attempt(account, blocked.state, blocked.now + 24h - 1us).failures, 21);

  const auto later = blocked.now + 24h;
  EXPECT_TRUE(is_forgotten(account, blocked.state, later));
  EXPECT_EQ(count_attempt(account, blocked.state, later), (counter{1, later, later, {}}));
}

TEST(LoginThrottle, AnAddressIsForgottenADayAfterItsFirstFailure) {
  // One mistake in an hour never blocks an office.
  counter state;
  for (auto now = noon; now < noon + 30 * 24h; now += 1h) {
    ASSERT_EQ(remaining_wait(address, state, now), 0s);
    state = count_attempt(address, state, now);
    ASSERT_LE(state.failures, 24);
  }
  // An account is another matter.
  state = {};
  for (auto now = noon; now < noon + 24h; now += 1h)
    state = count_attempt(account, state, now);
  EXPECT_EQ(state.failures, 24);
}

TEST(LoginThrottle, AnAddressServesItsWaitThoughItsDayIsOver) {
  auto reached = fail(address, 61);
  reached.now = noon + 24h - 1us;
  reached.state = count_attempt(address, reached.state, reached.now);
  EXPECT_EQ(remaining_wait(address, reached.state, noon + 24h), 15min - 1us);
  const auto anew = noon + 24h + 15min;
  EXPECT_EQ(count_attempt(address, reached.state, anew), (counter{1, anew, anew, {}}));
}

TEST(LoginThrottle, AClockThatWasPutBackLocksNobodyOut) {
  const auto blocked = fail(account, 20);
  const auto until = blocked.state.blocked_until;
  // Another node's clock may be behind by as much as the longest wait.
  EXPECT_EQ(remaining_wait(account, blocked.state, until - 30min), 30min);
  EXPECT_EQ(remaining_wait(account, blocked.state, until - 30min - 1us), 0s);
  const auto back = until - 400 * 24h;
  const auto after = count_attempt(account, blocked.state, back);
  EXPECT_EQ(after.failures, 21);
  EXPECT_EQ(remaining_wait(account, after, back), 15min);
}

// Two sign-ins at once, of which the later one is counted first.
TEST(LoginThrottle, AnAttemptThatAnotherOvertookIsCountedAndGivenBackLikeAnyOther) {
  const auto earlier = noon - 5us;
  const auto one = count_attempt(account, {}, noon);
  EXPECT_EQ(remaining_wait(account, one, earlier), 0s);
  const auto two = count_attempt(account, one, earlier);
  EXPECT_EQ(two.failures, 2);
  EXPECT_EQ(give_back(two, earlier).failures, 1);
  EXPECT_EQ(give_back(give_back(two, noon), earlier), counter{});

  // What was given back blocks nobody either, though it had been the last free one.
  const auto fifth = fail(account, 5);
  EXPECT_EQ(remaining_wait(account, give_back(fifth.state, fifth.now), fifth.now - 5us), 0s);
}

TEST(LoginThrottle, WhatIsGivenBackWasNotCounted) {
  // The only one.
  EXPECT_EQ(give_back(fail(account, 1).state, noon), counter{});
  EXPECT_EQ(give_back(counter{}, noon), counter{});

  // The one that blocked: the block goes with it.
  const auto fifth = fail(account, 5);
  const auto four = give_back(fifth.state, fifth.now);
  EXPECT_EQ(four.failures, 4);
  EXPECT_EQ(remaining_wait(account, four, fifth.now), 0s);
  EXPECT_EQ(remaining_wait(account, count_attempt(account, four, fifth.now), fifth.now), 1s);

  // One before the last: the block of the last stays.
  const auto sixth = count_attempt(account, fifth.state, fifth.now + 1s);
  const auto five = give_back(sixth, fifth.now);
  EXPECT_EQ(five.failures, 5);
  EXPECT_EQ(remaining_wait(account, five, fifth.now + 1s), 2s);

  // One of a counter that was reset, and began anew since.
  const auto anew = count_attempt(account, {}, fifth.now + 1us);
  EXPECT_EQ(give_back(anew, fifth.now), anew);
}

TEST(LoginThrottle, RefusesSettingsThatDoNotFit) {
  EXPECT_NO_THROW(check(defaults));
  using change = std::function<void(login_throttle_settings&)>;
  for (const auto& wrong : std::vector<change>{[](auto& s) { s.account_free = 0; }, [](auto& s) { s.device_free = 0; },
                                               [](auto& s) { s.address_free = -1; }, [](auto& s) { s.first_wait = 0s; },
                                               [](auto& s) { s.first_wait = s.longest_wait + 1us; },
                                               [](auto& s) { s.forget_after = s.longest_wait; },
                                               [](auto& s) { s.forget_after = std::chrono::years(10) + 1us; }}) {
    auto settings = defaults;
    wrong(settings);
    EXPECT_THROW(check(settings), std::invalid_argument);
  }
  auto close = defaults;
  close.account_free = 1;
  close.first_wait = close.longest_wait;
  close.forget_after = close.longest_wait + 1us;
  EXPECT_NO_THROW(check(close));
  EXPECT_EQ(wait_after(rules_for(close, counter_kind::account), 1), 15min);
}

}  // namespace kontor::throttle
