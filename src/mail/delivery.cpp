#include "mail/delivery.hpp"

#include <algorithm>

namespace kontor::mail {

base::timestamp give_up_time(base::timestamp made_at, base::timestamp link_ends_at) noexcept {
  return std::min<base::timestamp>(made_at + longest_delivery, link_ends_at);
}

std::chrono::minutes wait_after(std::int64_t failures) noexcept {
  auto wait = first_wait;
  for (std::int64_t i = 1; i < failures && wait < longest_wait; ++i)
    wait *= 2;
  return std::min<std::chrono::minutes>(wait, longest_wait);
}

delivery_decision decide(attempt_outcome outcome, std::int64_t attempts, base::timestamp now,
                         base::timestamp gives_up_at) noexcept {
  if (outcome == attempt_outcome::sent) return {delivery_step::remove, {}};
  if (outcome == attempt_outcome::interrupted) return {delivery_step::wait, now};
  const base::timestamp next = now + wait_after(attempts);
  if (next >= gives_up_at) return {delivery_step::give_up, {}};
  return {delivery_step::wait, next};
}

}  // namespace kontor::mail
