#include "outbound/live_plan.hpp"

#include "outbound/request_budget.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours an_hour{1};
constexpr milliseconds most_asking_pause{600'000};
constexpr milliseconds throttled_pause{5'000};

}  // namespace

live_plan::live_plan(std::function<double()> random, live_rules rules) : random_(std::move(random)), rules_(rules) {}

void live_plan::want(const market::series& of) {
  entries_.try_emplace(of);
}

void live_plan::drop(const market::series& of) {
  const auto found = entries_.find(of);
  if (found == entries_.end()) return;
  if (const auto home = links_.find(found->second.home); home != links_.end()) home->second.channels.erase(of);
  entries_.erase(found);
}

void live_plan::opened(live_link id, time_point now) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  auto& link = found->second;
  link.now = phase::open;
  link.opened_at = link.heard_at = link.pinged_at = link.next_message_at = link.idle_since = now;
  const auto earlier = static_cast<double>(rules_.renewal_spread.count()) * random_();
  link.renew_at = now + rules_.renewal - milliseconds(static_cast<std::int64_t>(earlier));
}

void live_plan::lost(live_link id, time_point now) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  auto& link = found->second;
  // Several that end together are one failure.
  if (!link.is_retiring && now >= open_again_at_) {
    if (link.now == phase::open && now - link.opened_at >= rules_.steady) failures_ = 0;
    open_again_at_ = now + back_off(++failures_, rules_.first_back_off, rules_.most_back_off, random_());
  }
  end(id, now);
}

// What was heard there is heard nowhere; what is to be heard there waits for it to be opened again.
void live_plan::end(live_link id, time_point) {
  const auto ended = links_.find(id);
  if (ended == links_.end()) return;
  auto& link = ended->second;
  for (auto& [of, which] : entries_) {
    if (which.live != id) continue;
    which.live = 0;
    which.last.reset();
    out_.push_back(live_broke{of});
  }
  const bool is_needed = !link.is_retiring && !link.channels.empty();
  auto channels = std::move(link.channels);
  links_.erase(id);
  if (!is_needed) return;
  // Under another number: what is still told of the old one is nobody's.
  const auto anew = ++last_link_;
  move_to(anew, std::move(channels));
}

void live_plan::heard(live_link id, std::string_view text, time_point now) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  auto& link = found->second;
  link.heard_at = now;
  auto said = read_bitget_push(text);
  if (!said) {
    out_.push_back(live_cut{id});
    lost(id, now);
    return;
  }
  if (auto* const pushed = std::get_if<bitget_candles_pushed>(&*said)) {
    push(id, link, std::move(*pushed));
  } else if (const auto* const subscribed = std::get_if<bitget_subscribed>(&*said)) {
    const auto asked = link.asked_of.find(subscribed->of);
    if (asked == link.asked_of.end()) return;
    asked->second.is_answered = true;
    // What is heard elsewhere goes on there until the first candle comes here.
    if (const auto entry = entries_.find(subscribed->of);
        entry != entries_.end() && entry->second.home == id && entry->second.live == 0)
      set_live(entry->first, entry->second, id);
  } else if (const auto* const error = std::get_if<bitget_socket_error>(&*said)) {
    if (is_bitget_channel_refused(error->code)) refuse(id, link, error->of, now);
    if (is_bitget_socket_throttled(error->code)) {
      link.next_message_at = now + throttled_pause;
      // Whether those were taken is not known; asking twice does no harm.
      std::erase_if(link.asked_of, [](const auto& each) { return !each.second.is_answered; });
    }
  }
}

void live_plan::push(live_link id, link_state& link, bitget_candles_pushed what) {
  const auto asked = link.asked_of.find(what.of);
  const auto found = entries_.find(what.of);
  if (asked == link.asked_of.end() || found == entries_.end()) return;
  asked->second.is_answered = true;
  auto& which = found->second;
  if (which.home == id && which.live != id) set_live(what.of, which, id);
  if (which.live != id) return;
  // A candle of before that is corrected: the one that grows stays the last.
  if (which.last && which.last->time > what.candles.back().time) what.candles.push_back(*which.last);
  which.last = what.candles.back();
  out_.push_back(live_heard{what.of, std::move(what.candles)});
}

void live_plan::set_live(const market::series& of, entry& which, live_link link) {
  const auto was_live = std::exchange(which.live, link);
  which.unanswered = 0;
  if (was_live == 0) out_.push_back(live_began{of});
}

void live_plan::refuse(live_link id, link_state& link, const std::optional<market::series>& of, time_point now) {
  std::vector<market::series> open;
  for (const auto& [each, how] : link.asked_of)
    if (!how.is_answered) open.push_back(each);
  if (of) open = {*of};
  if (open.size() > 1) {
    link.one_by_one = true;
    for (const auto& each : open)
      link.asked_of.erase(each);
    return;
  }
  for (const auto& each : open) {
    if (link.asked_of.erase(each) == 0) continue;
    link.channels.erase(each);
    const auto found = entries_.find(each);
    if (found == entries_.end() || found->second.is_refused) continue;
    auto& which = found->second;
    // It has moved meanwhile, and is asked for there.
    if (which.home != id && which.live != id) continue;
    if (const auto home = links_.find(which.home); home != links_.end()) home->second.channels.erase(each);
    which.is_refused = true;
    which.ask_again_at = now + rules_.refused;
    which.home = which.live = 0;
    which.last.reset();
    out_.push_back(live_refused{each});
  }
}

std::vector<live_action> live_plan::act(time_point now) {
  next_at_ = time_point::max();
  place(now);
  std::vector<live_link> all;
  for (const auto& [id, link] : links_)
    all.push_back(id);
  for (const auto id : all)
    if (const auto found = links_.find(id); found != links_.end()) tend(id, found->second, now);
  for (const auto id : std::exchange(to_end_, {})) {
    out_.push_back(live_cut{id});
    if (links_.contains(id)) end(id, now);
  }
  // What was moved meanwhile has to be looked after as well.
  const bool is_moved =
      std::ranges::any_of(entries_, [](const auto& each) { return each.second.home == 0 && !each.second.is_refused; });
  const bool has_room = links_.size() < rules_.connections;
  if (is_moved && has_room) not_before(now);
  return std::exchange(out_, {});
}

void live_plan::place(time_point now) {
  bool has_room = true;
  for (auto& [of, which] : entries_) {
    // It may be listed by now, or its maintenance be over.
    if (which.is_refused && now >= which.ask_again_at) which.is_refused = false;
    if (which.is_refused) not_before(which.ask_again_at);
    if (which.home != 0 || which.is_refused || !has_room) continue;
    const auto link = link_with_room(now);
    has_room = link != 0;
    if (!has_room) continue;
    which.home = link;
    links_.at(link).channels.insert(of);
  }
}

live_link live_plan::link_with_room(time_point now) {
  for (auto& [id, link] : links_) {
    while (!link.requests.empty() && now - link.requests.front() >= an_hour)
      link.requests.pop_front();
    if (!link.is_retiring && link.channels.size() < rules_.channels && link.requests.size() < rules_.requests_an_hour)
      return id;
  }
  if (links_.size() >= rules_.connections) return 0;
  links_.try_emplace(++last_link_);
  return last_link_;
}

void live_plan::tend(live_link id, link_state& link, time_point now) {
  if (link.now == phase::waiting) {
    if (link.channels.empty()) {
      links_.erase(id);
    } else if (now < open_again_at_) {
      not_before(open_again_at_);
    } else {
      link.now = phase::opening;
      out_.push_back(live_open{id});
    }
    return;
  }
  if (link.now == phase::opening) return;

  if (now - link.heard_at >= rules_.dead) {
    out_.push_back(live_cut{id});
    lost(id, now);
    not_before(open_again_at_);
    return;
  }
  not_before(link.heard_at + rules_.dead);
  if (now - link.opened_at >= rules_.steady && now >= open_again_at_) failures_ = 0;

  if (link.is_retiring) {
    const bool is_heard = std::ranges::any_of(entries_, [id](const auto& each) { return each.second.live == id; });
    if (!is_heard) {
      to_end_.push_back(id);
      return;
    }
  } else if (!link.channels.empty()) {
    link.idle_since = now;
    if (now >= link.renew_at) {
      retire(link, now);
      not_before(now);
      return;
    }
    not_before(link.renew_at);
  } else if (now - link.idle_since >= rules_.idle) {
    to_end_.push_back(id);
    return;
  } else {
    not_before(link.idle_since + rules_.idle);
  }
  talk(id, link, now);
}

// The same channels on another link; this one is heard until each has come there.
void live_plan::retire(link_state& link, time_point) {
  link.is_retiring = true;
  const auto successor = ++last_link_;
  move_to(successor, std::exchange(link.channels, {}));
}

void live_plan::move_to(live_link id, std::set<market::series> channels) {
  auto& link = links_[id];
  for (const auto& of : channels) {
    const auto found = entries_.find(of);
    if (found == entries_.end()) continue;
    found->second.home = id;
    link.channels.insert(of);
  }
}

void live_plan::talk(live_link id, link_state& link, time_point now) {
  for (auto it = link.asked_of.begin(); it != link.asked_of.end();) {
    const auto& [of, how] = *it;
    if (how.is_answered || now - how.at < rules_.answer) {
      if (!how.is_answered) not_before(how.at + rules_.answer);
      ++it;
      continue;
    }
    if (const auto found = entries_.find(of); found != entries_.end())
      found->second.ask_again_at =
          now + back_off(++found->second.unanswered, rules_.answer, most_asking_pause, random_());
    it = link.asked_of.erase(it);
  }

  if (now < link.next_message_at) {
    not_before(link.next_message_at);
    return;
  }
  bool has_said = true;
  if (now - link.pinged_at >= rules_.ping) {
    link.pinged_at = now;
    out_.push_back(live_say{id, std::string(bitget_ping)});
  } else if (!subscribe(id, link, now) && (link.is_retiring || !unsubscribe(id, link, now))) {
    has_said = false;
  }
  not_before(link.pinged_at + rules_.ping);
  if (!has_said) return;
  link.next_message_at = now + rules_.pace;
  not_before(link.next_message_at);  // Perhaps there is more.
}

bool live_plan::subscribe(live_link id, link_state& link, time_point now) {
  std::vector<market::series> missing;
  bool waits = false;
  for (const auto& of : link.channels) {
    if (const auto asked = link.asked_of.find(of); asked != link.asked_of.end()) {
      waits |= !asked->second.is_answered;
      continue;
    }
    const auto which = entries_.find(of);
    if (which == entries_.end()) continue;
    if (now < which->second.ask_again_at)
      not_before(which->second.ask_again_at);
    else
      missing.push_back(of);
  }
  if (missing.empty()) {
    if (!waits) link.one_by_one = false;
    return false;
  }
  if (link.one_by_one && waits) return false;
  while (!link.requests.empty() && now - link.requests.front() >= an_hour)
    link.requests.pop_front();
  if (link.requests.size() >= rules_.requests_an_hour) {
    // Another link has to take them.
    for (const auto& of : missing) {
      link.channels.erase(of);
      entries_.find(of)->second.home = 0;
    }
    return false;
  }
  missing.resize(std::min(missing.size(), link.one_by_one ? 1 : rules_.batch));
  for (const auto& of : missing)
    link.asked_of[of] = {now, false};
  link.requests.push_back(now);
  not_before(now + rules_.answer);
  out_.push_back(live_say{id, bitget_socket_request(bitget_op::subscribe, missing)});
  return true;
}

bool live_plan::unsubscribe(live_link id, link_state& link, time_point) {
  std::vector<market::series> rest;
  for (const auto& [of, how] : link.asked_of)
    if (!link.channels.contains(of) && rest.size() < rules_.batch) rest.push_back(of);
  if (rest.empty()) return false;
  for (const auto& of : rest)
    link.asked_of.erase(of);
  out_.push_back(live_say{id, bitget_socket_request(bitget_op::unsubscribe, rest)});
  return true;
}

}  // namespace kontor::outbound
