#include "outbound/request_budget.hpp"

#include <algorithm>

namespace kontor::outbound {
namespace {

using std::chrono::milliseconds;
using duration = request_budget::time_point::duration;

duration seconds(double count) {
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>(count));
}

milliseconds doubled(milliseconds first, unsigned times, milliseconds most) {
  auto out = first;
  for (unsigned i = 0; i < times && out < most; ++i)
    out *= 2;
  return std::min(out, most);
}

}  // namespace

request_budget::time_point request_budget::bucket::next(time_point now, double per_second, double burst) const {
  if (full_at <= now) return now;
  return std::max(now, full_at - seconds((burst - 1) / per_second));
}

void request_budget::bucket::take(time_point at, double per_second) {
  full_at = std::max(full_at, at) + seconds(1 / per_second);
}

request_budget::endpoint_state& request_budget::state_of(std::string_view endpoint) {
  const auto found = endpoints_.find(endpoint);
  return found != endpoints_.end() ? found->second : endpoints_.try_emplace(std::string(endpoint)).first->second;
}

std::optional<request_budget::turn> request_budget::take(std::string_view endpoint, time_point now, time_point until) {
  const std::lock_guard lock(mutex_);
  auto& state = state_of(endpoint);
  if (state.waiting >= rules_.most_waiting) return std::nullopt;
  const auto earliest = std::max(now, state.pause_until);
  // What all share is taken now, even where the endpoint's turn comes later: an endpoint in a pause must not hold up
  // the others.
  const auto any = all_.next(now, rules_.all_per_second, rules_.all_burst);
  const auto at = std::max(state.turns.next(earliest, rules_.per_second, rules_.burst), any);
  if (at > until) return std::nullopt;
  state.turns.take(at, rules_.per_second);
  all_.take(any, rules_.all_per_second);
  ++state.waiting;
  return turn{at, state.pause};
}

bool request_budget::begin(std::string_view endpoint, const turn& which) {
  const std::lock_guard lock(mutex_);
  auto& state = state_of(endpoint);
  if (state.waiting > 0) --state.waiting;
  return which.pause == state.pause || which.at >= state.pause_until;
}

void request_budget::give_up(std::string_view endpoint) {
  const std::lock_guard lock(mutex_);
  auto& state = state_of(endpoint);
  if (state.waiting > 0) --state.waiting;
}

void request_budget::push_back(std::string_view endpoint, time_point asked_at, time_point now, double random) {
  const std::lock_guard lock(mutex_);
  auto& state = state_of(endpoint);
  if (state.pause > 0 && asked_at < state.pause_began) return;
  const auto least = doubled(rules_.first_back_off, state.in_a_row, rules_.most_back_off);
  ++state.in_a_row;
  ++state.pause;
  state.pause_began = now;
  state.pause_until = now + least + seconds(std::chrono::duration<double>(least).count() * random / 2);
  // Turns that were promised before are taken anew: they begin after the pause.
  state.turns.full_at = std::max(state.pause_until, now);
}

void request_budget::went_well(std::string_view endpoint, time_point asked_at) {
  const std::lock_guard lock(mutex_);
  auto& state = state_of(endpoint);
  if (asked_at >= state.pause_began) state.in_a_row = 0;
}

request_budget::time_point request_budget::free_at(std::string_view endpoint, time_point now) const {
  const std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  return found == endpoints_.end() ? now : std::max(now, found->second.pause_until);
}

double request_budget::left(time_point now) const {
  const std::lock_guard lock(mutex_);
  if (all_.full_at <= now) return rules_.all_burst;
  const auto owed = std::chrono::duration<double>(all_.full_at - now).count() * rules_.all_per_second;
  return std::max(0.0, rules_.all_burst - owed);
}

std::size_t request_budget::waiting() const {
  const std::lock_guard lock(mutex_);
  std::size_t all = 0;
  for (const auto& [endpoint, state] : endpoints_)
    all += state.waiting;
  return all;
}

milliseconds back_off(unsigned failures, milliseconds first, milliseconds most, double random) {
  const auto whole = doubled(first, failures > 0 ? failures - 1 : 0, most);
  const auto part = milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * (0.5 + random / 2)));
  return std::clamp(part, first, most);
}

}  // namespace kontor::outbound
