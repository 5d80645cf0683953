// What a series of failed sign-ins costs: the rules, without clock and storage.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>

namespace kontor::throttle {

/// What is counted. See docs/throttle.md for why.
enum class counter_kind {
  account,  ///< An account, for everybody who is not one of its known devices.
  device,   ///< A device that signed in to an account before.
  address,  ///< A client address (IPv6: its /64), whatever the account.
};

struct login_throttle_settings {
  std::int64_t account_free = 5;  ///< Failures in a row that cost no wait.
  std::int64_t device_free = 5;
  std::int64_t address_free = 50;  ///< Wide: a family or an office may stand behind one address.
  std::chrono::microseconds first_wait = std::chrono::seconds(1);
  std::chrono::microseconds longest_wait = std::chrono::minutes(15);
  std::chrono::microseconds forget_after = std::chrono::hours(24);
};

/// Throws std::invalid_argument with a sentence when the values do not fit each other: at least one free failure,
/// 0 < first_wait <= longest_wait < forget_after <= 10 years.
void check(const login_throttle_settings& settings);

/// From when on the time until a counter is forgotten runs.
enum class forgotten_since { last_failure, first_failure };

/// The rules of one kind of counter.
struct counter_rules {
  std::int64_t free_failures;
  std::chrono::microseconds first_wait;
  std::chrono::microseconds longest_wait;
  std::chrono::microseconds forget_after;
  forgotten_since since;
};

/// A counter of an address is forgotten that long after its first failure: people behind it who mistype now and then
/// must not add up for ever, and their successes do not reset it. The others are forgotten that long after their last.
counter_rules rules_for(const login_throttle_settings& settings, counter_kind kind) noexcept;

/// The failures of one key. A counter that was never touched is the same as none.
struct counter {
  std::int64_t failures = 0;
  base::timestamp first_failure_at{};
  base::timestamp last_failure_at{};
  base::timestamp blocked_until{};  ///< Long past when nothing is blocked, so that attempts may overtake each other.

  friend bool operator==(const counter&, const counter&) = default;
};

/// The wait after the `failures`-th failure in a row: none while they are free, then `first_wait`, doubling up to
/// `longest_wait`.
std::chrono::microseconds wait_after(const counter_rules& rules, std::int64_t failures) noexcept;

/// Until when that failure blocks; the epoch when it does not.
base::timestamp block_after(const counter_rules& rules, std::int64_t failures, base::timestamp now) noexcept;

/// How many times the first wait can be doubled before it is the longest.
int doublings_to_longest(const counter_rules& rules) noexcept;

/// A block that ends later than this was set by a clock that has been put back since; it is not kept. No block of
/// ours is longer than half of it, so another node's clock may be off by `longest_wait`.
base::timestamp latest_believable_block(const counter_rules& rules, base::timestamp now) noexcept;

/// How long the next attempt has to wait; zero: it may be made now.
std::chrono::microseconds remaining_wait(const counter_rules& rules, const counter& before,
                                         base::timestamp now) noexcept;

bool is_forgotten(const counter_rules& rules, const counter& before, base::timestamp now) noexcept;

/// Counts an attempt as a failure, before anybody knows how it ends. Only for an attempt that has not to wait. Of two
/// that are made at once the later may be counted first: `now` may lie before what the counter has seen.
counter count_attempt(const counter_rules& rules, const counter& before, base::timestamp now) noexcept;

/// Takes the attempt that was counted at `counted_at` back, as if it had not been made. What others did meanwhile
/// stays: a counter that began anew later is left alone, and a block is lifted only when it was this attempt's.
counter give_back(const counter& before, base::timestamp counted_at) noexcept;

}  // namespace kontor::throttle
