#include "run/hub.hpp"

#include <algorithm>

namespace kontor::run {

bool hub::join(const base::user_id& owner, std::shared_ptr<listener> who, std::size_t most) {
  const std::scoped_lock lock(mutex_);
  auto& of_owner = sockets_[owner];
  if (of_owner.size() >= most) return false;
  of_owner.push_back(std::move(who));
  return true;
}

void hub::leave(const base::user_id& owner, const listener& who) {
  const std::scoped_lock lock(mutex_);
  const auto found = sockets_.find(owner);
  if (found == sockets_.end()) return;
  std::erase_if(found->second, [&who](const auto& one) { return one.get() == &who; });
  if (found->second.empty()) sockets_.erase(found);
}

std::size_t hub::sockets_of(const base::user_id& owner) const {
  const std::scoped_lock lock(mutex_);
  const auto found = sockets_.find(owner);
  return found == sockets_.end() ? 0 : found->second.size();
}

std::shared_ptr<hub::topic> hub::find(const place& where) const {
  const std::scoped_lock lock(mutex_);
  const auto found = topics_.find(where);
  return found == topics_.end() ? nullptr : found->second;
}

void hub::enter(const place& where, std::shared_ptr<listener> who) {
  const std::scoped_lock lock(mutex_);
  auto& topic = topics_[where];
  if (!topic) topic = std::make_shared<hub::topic>(where);
  const std::scoped_lock inner(topic->mutex);
  std::erase_if(topic->seats, [&who](const auto& one) { return one.who == who; });
  topic->seats.push_back({.who = std::move(who), .heard = std::nullopt, .held = {}, .has_missed = false});
}

void hub::exit(const place& where, const listener& who) {
  const std::scoped_lock lock(mutex_);
  const auto found = topics_.find(where);
  if (found == topics_.end()) return;
  const auto topic = found->second;
  const std::scoped_lock inner(topic->mutex);
  std::erase_if(topic->seats, [&who](const auto& one) { return one.who.get() == &who; });
  if (topic->seats.empty()) topics_.erase(found);
}

void hub::offer(topic& in, seat& to, const told_event& what) {
  if (what.seq <= *to.heard) return;
  if (what.seq > *to.heard + 1) return note_behind(in);
  to.heard = what.seq;
  if (what.text) to.who->hear(what.text);
}

void hub::note_behind(topic& which) {
  if (std::exchange(which.is_behind, true)) return;
  const std::scoped_lock lock(behind_mutex_);
  behind_.push_back(which.where);
}

void hub::note_behind(const place& where) {
  const auto topic = find(where);
  if (!topic) return;
  const std::scoped_lock lock(topic->mutex);
  note_behind(*topic);
}

void hub::go_live(const place& where, const listener& who, std::int64_t heard) {
  const auto topic = find(where);
  if (!topic) return;
  const std::scoped_lock lock(topic->mutex);
  for (auto& seat : topic->seats) {
    if (seat.who.get() != &who) continue;
    seat.heard = heard;
    for (const auto& what : std::exchange(seat.held, {}))
      offer(*topic, seat, what);
    if (std::exchange(seat.has_missed, false)) note_behind(*topic);
  }
}

void hub::publish(const place& where, std::span<const told_event> events) {
  const auto topic = find(where);
  if (!topic) return;
  const std::scoped_lock lock(topic->mutex);
  for (auto& seat : topic->seats)
    for (const auto& what : events) {
      if (seat.heard) {
        offer(*topic, seat, what);
      } else if (seat.held.size() < most_held) {
        seat.held.push_back(what);
      } else {
        seat.has_missed = true;
      }
    }
}

void hub::tell(const base::user_id& owner, const frame& what) {
  std::vector<std::shared_ptr<listener>> all;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = sockets_.find(owner);
    if (found != sockets_.end()) all = found->second;
  }
  for (const auto& one : all)
    one->hear(what);
}

std::optional<std::int64_t> hub::heard_by_all(const place& where) const {
  const auto topic = find(where);
  if (!topic) return std::nullopt;
  const std::scoped_lock lock(topic->mutex);
  std::optional<std::int64_t> least;
  for (const auto& seat : topic->seats)
    if (seat.heard && (!least || *seat.heard < *least)) least = seat.heard;
  return least;
}

std::optional<std::int64_t> hub::missing(const place& where, std::int64_t seq) const {
  const auto least = heard_by_all(where);
  return least && *least < seq ? least : std::nullopt;
}

std::vector<hub::place> hub::take_behind() {
  std::vector<place> out;
  {
    const std::scoped_lock lock(behind_mutex_);
    out.swap(behind_);
  }
  for (const auto& where : out)
    if (const auto topic = find(where)) {
      const std::scoped_lock lock(topic->mutex);
      topic->is_behind = false;
    }
  return out;
}

void hub::skip_to(const place& where, std::int64_t seq, const frame& instead) {
  const auto topic = find(where);
  if (!topic) return;
  const std::scoped_lock lock(topic->mutex);
  for (auto& seat : topic->seats) {
    if (!seat.heard || *seat.heard >= seq) continue;
    seat.heard = seq;
    seat.who->hear(instead);
  }
}

}  // namespace kontor::run
