// What a candle_fetcher does next for a series: who has all, what is loaded, what is asked for, and who has a place.
#include "market/candle_fetcher.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kontor::market {
namespace {

using std::chrono::milliseconds;

// Blocks that one worker holds, unless a single one who waits needs more; who needs few is not kept waiting for that.
constexpr std::size_t most_held = 512;
constexpr std::size_t few_blocks = 4;

// Of a series of which something is stored nobody is told.
base::error not_stored() {
  return {base::errc::not_found, "unknown-symbol", "", "nothing of it is stored, and nobody was asked"};
}

}  // namespace

// Answers whoever has all, or can have no more; then says what is next.
candle_fetcher::step candle_fetcher::next_step(entry& of) {
  step out;
  std::vector<answer_of> answers;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    const auto then = steady::now();
    const bool is_paused = std::exchange(of.has_failed, false) || then < of.paused_until;
    std::vector<want> rest;
    rest.reserve(of.wants.size());
    for (auto& one : of.wants) {
      if (!one.who && then >= one.rules.deadline + settings_.alone_time) continue;
      if (!one.is_loaded) {
        rest.push_back(std::move(one));
        continue;
      }
      coverage known;
      auto state = held_for(of, one, now, known);
      const auto pieces = missing(of, known, one, now);
      state.is_complete = pieces.empty();
      if (!pieces.empty() && one.rules.is_stored_only) {
        state.why = not_stored();
      } else if (!pieces.empty() && !is_paused) {
        one.piece = pieces.back();
        one.lacks = 0;
        for (const auto& each : pieces)
          one.lacks += each.to - each.from;
        rest.push_back(std::move(one));
        continue;
      } else if (!pieces.empty()) {
        state.why = of.why;
      }
      if (!one.who) continue;
      --waiting_;
      answers.push_back({.who = std::move(*one.who), .what = std::move(state)});
    }
    of.wants = std::move(rest);
    choose(of, now, out);
  }
  for (auto& one : answers)
    one.who.complete(std::move(one.what));
  return out;
}

std::pair<block_number, block_number> candle_fetcher::blocks_of(const entry& of, const want& by,
                                                                base::timestamp now) const {
  return {block_of(of.of.every, lower_end(of, by.rules.need, now)), block_of(of.of.every, by.rules.need.to - 1)};
}

// Those that somebody waits for go first, and of them the one that lacks least: a long history keeps nobody from the
// newest candles. One at a time, and each is asked for before anything that it needs is let go of.
void candle_fetcher::choose(entry& of, base::timestamp now, step& out) {
  const bool is_waited = std::ranges::any_of(of.wants, [](const auto& one) { return one.who.has_value(); });
  const auto count = [&](const want& one) {
    const auto [first, last] = blocks_of(of, one, now);
    return last - first;
  };
  want* best = nullptr;
  want* unread = nullptr;
  for (auto& one : of.wants) {
    if (is_waited && !one.who) continue;
    if (!one.is_loaded) {
      if (unread == nullptr || count(one) < count(*unread)) unread = &one;
    } else if (best == nullptr || one.lacks < best->lacks) {
      best = &one;
    }
  }
  if (unread != nullptr && load_next(of, unread, best != nullptr, now, out)) return;
  if (best == nullptr) {
    out.is_end = true;
    of.held.clear();
    of.last_asked.reset();
    of.is_worked = false;
    leave_place(of);
    return;
  }
  const auto at = market_time(now);
  known_end end{.proven = proven_before(of.of.every, of.newest_open, at, settings_.clock_trust), .newest = {}};
  if (is_current(of, best->since, now)) end.newest = of.newest.from();
  const auto window = window_of(of.of, best->piece, end, at, exchange_);
  out.asker = asker_of(of, *best);
  if (!take_place(of, out.asker, window.is_newest)) {
    of.why = crowded();
    of.has_failed = true;
  } else if (!window.is_newest && of.last_asked == window) {
    fail(of, {base::errc::unavailable, "exchange-unreachable", "", "what was asked for did not come"});
  } else {
    of.last_asked = window;
    out.ask = window;
  }
}

bool candle_fetcher::load_next(entry& of, want* smallest, bool has_loaded, base::timestamp now, step& out) {
  const auto blocks = blocks_of(of, *smallest, now);
  const auto count = static_cast<std::size_t>(blocks.second - blocks.first + 1);
  const bool has_room = of.held.size() + count <= most_held || (count <= few_blocks && of.held.size() < 2 * most_held);
  if (!has_room) {
    if (has_loaded) return false;
    of.held.clear();
    for (auto& one : of.wants)
      one.is_loaded = false;
  }
  out.load = blocks;
  return true;
}

std::size_t candle_fetcher::places_of(const base::user_id& asker) const {
  const auto found = places_by_account_.find(asker);
  return found == places_by_account_.end() ? 0 : found->second;
}

// Of all who wait for the same, the one who has the fewest places: nobody is refused for what another one has.
base::user_id candle_fetcher::asker_of(const entry& of, const want& best) const {
  auto out = best.rules.asker;
  for (const auto& one : of.wants)
    if (one.who && places_of(one.rules.asker) < places_of(out)) out = one.rules.asker;
  return out;
}

// Half of the places, but for the program itself, which asks for what many watch. Whoever is fetched for nobody gives
// way.
bool candle_fetcher::take_place(entry& of, const base::user_id& asker, bool is_newest) {
  const auto most = is_newest ? 2 * settings_.most_fetches : settings_.most_fetches;
  if (!of.has_place && asker != base::user_id() && places_of(asker) >= half_of(most)) return false;
  const auto others = of.has_place ? places_ - 1 : places_;
  if (others >= most) {
    const auto lonely = std::ranges::find_if(entries_, [&of](const auto& each) {
      const auto& one = *each.second;
      return &one != &of && one.has_place && std::ranges::none_of(one.wants, [](const auto& w) { return !!w.who; });
    });
    if (lonely == entries_.end()) return false;
    lonely->second->wants.clear();
    leave_place(*lonely->second);
  }
  if (std::exchange(of.has_place, true)) return true;
  of.place_of = asker;
  ++places_by_account_[asker];
  ++places_;
  return true;
}

// What nobody waits for any more.
void candle_fetcher::forget_lonely(entry& of) {
  std::vector<want> rest;
  for (auto& one : of.wants)
    if (one.who) rest.push_back(std::move(one));
  of.wants = std::move(rest);
}

void candle_fetcher::leave_place(entry& of) {
  if (!std::exchange(of.has_place, false)) return;
  const auto share = places_by_account_.find(of.place_of);
  if (--share->second == 0) places_by_account_.erase(share);
  --places_;
}

// Under the mutex: whoever waits is told.
void candle_fetcher::fail(entry& of, const base::error& why) {
  const auto pause =
      std::max(settings_.pause_after_failure, std::min<milliseconds>(why.retry_after, std::chrono::minutes(1)));
  of.paused_until = steady::now() + pause;
  of.why = why;
  of.has_failed = true;
  of.last_asked.reset();
}

}  // namespace kontor::market
