#include "throttle/login_throttle.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::throttle {

using std::chrono::microseconds;

void check(const login_throttle_settings& settings) {
  if (std::min({settings.account_free, settings.device_free, settings.address_free}) < 1)
    throw std::invalid_argument("At least one failed sign-in must be free.");
  if (settings.first_wait <= microseconds::zero() || settings.first_wait > settings.longest_wait)
    throw std::invalid_argument("The first wait after failed sign-ins must be positive and not above the longest.");
  // A block must not outlive its counter.
  if (settings.longest_wait >= settings.forget_after)
    throw std::invalid_argument("Failed sign-ins must be remembered for longer than the longest wait.");
  if (settings.forget_after > std::chrono::years(10))
    throw std::invalid_argument("Failed sign-ins can be remembered for ten years at most.");
}

counter_rules rules_for(const login_throttle_settings& settings, counter_kind kind) noexcept {
  counter_rules rules{.free_failures = settings.account_free,
                      .first_wait = settings.first_wait,
                      .longest_wait = settings.longest_wait,
                      .forget_after = settings.forget_after,
                      .since = forgotten_since::last_failure};
  if (kind == counter_kind::device) rules.free_failures = settings.device_free;
  if (kind == counter_kind::address) {
    rules.free_failures = settings.address_free;
    rules.since = forgotten_since::first_failure;
  }
  return rules;
}

int doublings_to_longest(const counter_rules& rules) noexcept {
  int doublings = 0;
  for (auto wait = rules.first_wait; wait < rules.longest_wait; wait *= 2)
    ++doublings;
  return doublings;
}

microseconds wait_after(const counter_rules& rules, std::int64_t failures) noexcept {
  if (failures < rules.free_failures) return microseconds::zero();
  const auto doublings = failures - rules.free_failures;
  if (doublings >= doublings_to_longest(rules)) return rules.longest_wait;
  return rules.first_wait * (std::int64_t{1} << doublings);
}

base::timestamp block_after(const counter_rules& rules, std::int64_t failures, base::timestamp now) noexcept {
  const auto wait = wait_after(rules, failures);
  return wait == microseconds::zero() ? base::timestamp{} : now + wait;
}

base::timestamp latest_believable_block(const counter_rules& rules, base::timestamp now) noexcept {
  return now + 2 * rules.longest_wait;
}

microseconds remaining_wait(const counter_rules& rules, const counter& before, base::timestamp now) noexcept {
  if (before.blocked_until > latest_believable_block(rules, now)) return microseconds::zero();
  return std::max(microseconds::zero(), before.blocked_until - now);
}

bool is_forgotten(const counter_rules& rules, const counter& before, base::timestamp now) noexcept {
  const auto since = rules.since == forgotten_since::first_failure ? before.first_failure_at : before.last_failure_at;
  return since <= now - rules.forget_after;
}

counter count_attempt(const counter_rules& rules, const counter& before, base::timestamp now) noexcept {
  const bool anew = before.failures == 0 || is_forgotten(rules, before, now);
  const auto failures = anew ? 1 : before.failures + 1;
  return {.failures = failures,
          .first_failure_at = anew ? now : std::min(before.first_failure_at, now),
          .last_failure_at = now,
          .blocked_until = block_after(rules, failures, now)};
}

counter give_back(const counter& before, base::timestamp counted_at) noexcept {
  if (before.first_failure_at > counted_at) return before;
  if (before.failures <= 1) return {};
  counter after = before;
  --after.failures;
  if (before.last_failure_at == counted_at) after.blocked_until = {};
  return after;
}

}  // namespace kontor::throttle
