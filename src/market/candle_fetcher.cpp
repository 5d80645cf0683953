#include "market/candle_fetcher.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <utility>

namespace kontor::market {
namespace {

using std::chrono::milliseconds;

// What an exchange with the longest answers brings.
constexpr std::int64_t most_of_any = 1000;
// How far our clock may be behind that of the exchange.
constexpr milliseconds most_behind{3'600'000};
// Blocks that one worker holds, unless a single one who waits needs more; who needs few is not kept waiting for that.
constexpr std::size_t most_held = 512;
constexpr std::size_t few_blocks = 4;

base::error ended() {
  return {base::errc::unavailable, "", "", "the market has ended"};
}
base::error crowded() {
  base::error out{base::errc::overloaded, "", "", "too many candles are fetched at once"};
  out.retry_after = std::chrono::seconds(2);
  return out;
}

}  // namespace

question_window window_of(const series& of, time_range missing, const known_end& end, base::timestamp now,
                          const market_source& exchange) {
  const auto length = longest(of.every).count();
  const auto at = to_milliseconds(now);
  question_window out{.ask = missing};
  const bool is_open = missing.to > end.proven;
  if (is_open) out.ask.to = std::max(missing.to, end.newest.value_or(at + 1));
  const auto deepest = std::max(missing.from, out.ask.to - most_of_any * length);
  const auto most = std::max<std::int64_t>(1, exchange.most_at_once(of, deepest));
  out.ask.from = std::max(missing.from, out.ask.to - most * length);
  out.is_newest = is_open && !end.newest;
  if (!out.is_newest) return out;
  // With the candle before the one that may grow: that shows which one is finished. Too far away from what is missing,
  // it is only a look at what is the newest.
  const auto two = at - 2 * length;
  out.ask.from = out.ask.from >= missing.to ? two : std::min(out.ask.from, two);
  return out;
}

std::int64_t latest_opening(interval every, base::timestamp now) noexcept {
  return to_milliseconds(now) + longest(every).count() + most_behind.count();
}

candle_fetcher::shared_entry candle_fetcher::find(const series& of) {
  const auto found = entries_.find(of);
  if (found != entries_.end()) return found->second;
  if (entries_.size() >= settings_.most_series && !make_room()) return nullptr;
  return entries_.emplace(of, std::make_shared<entry>(of)).first->second;
}

// The one that was not read for the longest time goes, unless somebody waits for it or hears it.
bool candle_fetcher::make_room() {
  auto oldest = entries_.end();
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    const auto& one = *at->second;
    if (one.is_worked || !one.wants.empty() || one.has_heard || one.newest.is_live()) continue;
    if (oldest == entries_.end() || one.read_at < oldest->second->read_at) oldest = at;
  }
  if (oldest == entries_.end()) return false;
  entries_.erase(oldest);
  return true;
}

bool candle_fetcher::is_current(const entry& of, base::timestamp since, base::timestamp now) const {
  if (!of.newest.is_known() || of.newest.is_doubtful()) return false;
  if (of.newest.is_current(of.of.every, now)) return true;
  return of.newest.at() >= since || now - of.newest.at() < settings_.tail_time;
}

std::int64_t candle_fetcher::lower_end(const entry& of, time_range need, base::timestamp now) const {
  if (!of.begins) return need.from;
  // One of the future was noted with another clock.
  const auto age = now - of.begins->checked_at;
  if (age >= settings_.beginning_time || age < -settings_.beginning_time) return need.from;
  return std::clamp(of.begins->at, need.from, need.to);
}

std::vector<time_range> candle_fetcher::missing(const entry& of, const coverage& known, const want& by,
                                                base::timestamp now) const {
  auto all = known;
  if (is_current(of, by.since, now)) all.add({of.newest.from(), std::numeric_limits<std::int64_t>::max()});
  return all.missing({lower_end(of, by.need, now), by.need.to});
}

gathered candle_fetcher::state_of(const entry& of, base::timestamp now) const {
  return {.blocks = {},
          .newest = of.newest,
          .begins = of.begins,
          .line = finished_before(of.of.every, of.newest_open, now, settings_.quiet_time),
          .has_any = of.has_any};
}

std::optional<gathered> candle_fetcher::in_memory(const entry& of, const want& by, base::timestamp now) {
  auto out = state_of(of, now);
  coverage known;
  const auto from = lower_end(of, by.need, now);
  const auto last = block_of(of.of.every, by.need.to - 1);
  for (auto number = block_of(of.of.every, from); number <= last; ++number) {
    auto one = store_.cached(of.of, number);
    if (!one) return std::nullopt;
    known.add(one->known);
    out.blocks.push_back(std::move(one));
  }
  if (!missing(of, known, by, now).empty()) return std::nullopt;
  out.is_complete = true;
  return out;
}

// With the newest version of each, which may have come by another way.
gathered candle_fetcher::held_for(entry& of, const want& by, base::timestamp now, coverage& known) {
  auto out = state_of(of, now);
  const auto last = block_of(of.of.every, by.need.to - 1);
  for (auto number = block_of(of.of.every, lower_end(of, by.need, now)); number <= last; ++number) {
    const auto held = of.held.find(number);
    auto here = store_.cached(of.of, number);
    if (held != of.held.end()) {
      if (here && here->version >= held->second->version) {
        held->second = here;
      } else {
        here = held->second;
      }
    }
    if (!here) continue;
    known.add(here->known);
    out.blocks.push_back(std::move(here));
  }
  return out;
}

async::awaitable<base::result<gathered>> candle_fetcher::gather(series of, time_range need,
                                                                steady::time_point deadline) {
  const auto now = clock_.now();
  want what{.need = need, .since = now, .deadline = deadline, .who = std::nullopt};
  shared_entry on;
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopped_) co_return ended();
    on = find(of);
    if (!on) co_return crowded();
    on->read_at = now;
    if (auto all = in_memory(*on, what, now)) {
      ++from_memory_;
      co_return std::move(*all);
    }
  }
  auto start = [this, &on, &what](async::completion<gathered> done) {
    what.who.emplace(std::move(done));
    enqueue(on, std::move(what));
  };
  co_return co_await async::wait_for<gathered>(std::move(start));
}

void candle_fetcher::enqueue(const shared_entry& of, want what) {
  bool is_first = false;
  std::optional<base::error> refused;
  {
    const std::scoped_lock lock(mutex_);
    if (of->wants.size() >= settings_.most_waiters) forget_lonely(*of);
    if (is_stopped_) {
      refused = ended();
    } else if (of->wants.size() >= settings_.most_waiters) {
      refused = crowded();
    } else {
      of->wants.push_back(std::move(what));
      ++waiting_;
      is_first = !std::exchange(of->is_worked, true);
    }
  }
  if (refused) what.who->complete(std::move(*refused));
  if (!is_first) return;
  boost::asio::post(loop_, [self = shared_from_this(), of] { self->roots_.spawn("fetch candles", work(self, of)); });
}

async::awaitable<void> candle_fetcher::work(shared self, shared_entry on) {
  base::error why{base::errc::internal, "", "", "candles could not be fetched"};
  try {
    co_await self->work_on(on);
    co_return;
  } catch (const boost::system::system_error& broken) {
    if (broken.code() == boost::asio::error::operation_aborted) {
      self->fail_all(*on, ended(), true);
      throw;
    }
    why.internal_detail = broken.what();
  } catch (const std::exception& broken) {
    why.internal_detail = broken.what();
  }
  base::log(base::log_level::error, "candles could not be fetched",
            {{"series", name_of(on->of)}, {"what", why.internal_detail}});
  self->fail_all(*on, why, true);
}

void candle_fetcher::fail_all(entry& of, const base::error& why, bool is_over) {
  std::vector<want> all;
  {
    const std::scoped_lock lock(mutex_);
    all.swap(of.wants);
    of.held.clear();
    if (is_over) {
      of.is_worked = false;
      leave_place(of);
    }
  }
  for (auto& one : all) {
    if (!one.who) continue;
    --waiting_;
    one.who->complete(why);
  }
}

async::awaitable<void> candle_fetcher::work_on(shared_entry on) {
  while (true) {
    const auto next = next_step(*on);
    if (next.is_end) co_return;
    if (next.load) co_await load(on, *next.load);
    if (next.ask) co_await ask(on, *next.ask);
  }
}

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
      if (!one.who && then >= one.deadline + settings_.alone_time) continue;
      if (!one.is_loaded) {
        rest.push_back(std::move(one));
        continue;
      }
      coverage known;
      auto state = held_for(of, one, now, known);
      const auto pieces = missing(of, known, one, now);
      state.is_complete = pieces.empty();
      if (!pieces.empty() && !is_paused) {
        one.piece = pieces.back();
        one.lacks = 0;
        for (const auto& each : pieces)
          one.lacks += each.to - each.from;
        rest.push_back(std::move(one));
        continue;
      }
      if (!pieces.empty()) state.why = of.why;
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
  return {block_of(of.of.every, lower_end(of, by.need, now)), block_of(of.of.every, by.need.to - 1)};
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
  known_end end{.proven = proven_before(of.of.every, of.newest_open, now, settings_.clock_trust), .newest = {}};
  if (is_current(of, best->since, now)) end.newest = of.newest.from();
  const auto window = window_of(of.of, best->piece, end, now, exchange_);
  if (!take_place(of, window.is_newest)) {
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

// Whoever is fetched for nobody gives way.
bool candle_fetcher::take_place(entry& of, bool is_newest) {
  const auto most = is_newest ? 2 * settings_.most_fetches : settings_.most_fetches;
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
  if (!std::exchange(of.has_place, true)) ++places_;
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
  if (std::exchange(of.has_place, false)) --places_;
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

async::awaitable<void> candle_fetcher::load(shared_entry on, std::pair<block_number, block_number> blocks) {
  auto loaded = co_await store_.load(on->of, blocks.first, blocks.second);
  if (!loaded) {
    fail_all(*on, loaded.error(), false);
    co_return;
  }
  const std::scoped_lock lock(mutex_);
  on->has_any = on->has_any || loaded->has_any;
  if (loaded->begins && (!on->begins || on->begins->checked_at < loaded->begins->checked_at))
    on->begins = loaded->begins;
  for (auto& one : loaded->blocks) {
    // What is stored was followed by a later candle when it was stored, or is old.
    if (const auto& rows = one->candles->rows(); !rows.empty())
      on->newest_open = std::max(on->newest_open.value_or(0), rows.back().time);
    on->held[one->number] = std::move(one);
  }
  const auto now = clock_.now();
  for (auto& one : on->wants) {
    const auto [first, last] = blocks_of(*on, one, now);
    if (first >= blocks.first && last <= blocks.second) one.is_loaded = true;
  }
}

void candle_fetcher::heard(const series& of, std::span<const candle> latest) {
  const auto now = clock_.now();
  const auto from = latest.empty() ? 0 : latest.front().time;
  const auto rows = tidy({latest.begin(), latest.end()}, {from, latest_opening(of.every, now) + 1});
  if (rows.empty()) return;
  const std::scoped_lock lock(mutex_);
  const auto on = is_stopped_ ? nullptr : find(of);
  if (!on) return;
  on->newest.heard(rows, now);
  on->newest_open = std::max(on->newest_open.value_or(0), rows.back().time);
  on->has_heard = true;
  on->read_at = now;
}

void candle_fetcher::broke(const series& of) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(of);
  if (found != entries_.end()) found->second->newest.broke();
}

std::size_t candle_fetcher::series_count() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

}  // namespace kontor::market
