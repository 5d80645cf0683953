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

base::error ended() {
  return {base::errc::unavailable, "", "", "the market has ended"};
}

}  // namespace

base::error candle_fetcher::crowded() {
  base::error out{base::errc::overloaded, "", "", "too many candles are fetched at once"};
  out.retry_after = std::chrono::seconds(2);
  return out;
}

candle_fetcher::shared_entry candle_fetcher::find(const series& of) {
  const auto found = entries_.find(of);
  if (found != entries_.end()) return found->second;
  if (entries_.size() >= settings_.most_series && !make_room()) return nullptr;
  return entries_.emplace(of, std::make_shared<entry>(of)).first->second;
}

// The one that was not read for the longest time goes, unless somebody waits for it or hears it. What was heard and is
// not checked yet goes with it: whoever wants it asks.
bool candle_fetcher::make_room() {
  auto oldest = entries_.end();
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    const auto& one = *at->second;
    if (one.is_worked || !one.wants.empty() || one.newest.is_live()) continue;
    if (oldest == entries_.end() || one.read_at < oldest->second->read_at) oldest = at;
  }
  if (oldest == entries_.end()) return false;
  entries_.erase(oldest);
  return true;
}

bool candle_fetcher::is_current(const entry& of, base::timestamp since, base::timestamp now) const {
  if (!of.newest.is_known() || of.newest.is_doubtful()) return false;
  if (of.newest.is_current(of.of.every, market_time(now))) return true;
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
  return all.missing({lower_end(of, by.rules.need, now), by.rules.need.to});
}

gathered candle_fetcher::state_of(const entry& of, base::timestamp now) const {
  return {.blocks = {},
          .newest = of.newest,
          .begins = of.begins,
          .line = of.newest.sure_before(
              finished_before(of.of.every, of.newest_open, market_time(now), settings_.quiet_time)),
          .has_any = of.has_any};
}

std::optional<gathered> candle_fetcher::in_memory(const entry& of, const want& by, base::timestamp now) {
  auto out = state_of(of, now);
  coverage known;
  const auto from = lower_end(of, by.rules.need, now);
  const auto last = block_of(of.of.every, by.rules.need.to - 1);
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
  const auto last = block_of(of.of.every, by.rules.need.to - 1);
  for (auto number = block_of(of.of.every, lower_end(of, by.rules.need, now)); number <= last; ++number) {
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

async::awaitable<base::result<gathered>> candle_fetcher::gather(series of, gather_rules rules) {
  const auto now = clock_.now();
  want what{.rules = rules, .since = now, .who = std::nullopt};
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
  boost::asio::post(loop_, [self = shared_from_this(), of] { self->begin(of); });
}

// On the loop. After stop() nothing begins: what it would use may be gone.
void candle_fetcher::begin(const shared_entry& on) {
  if (has_stopped()) return fail_all(*on, ended(), true);
  roots_.spawn("fetch candles", work(shared_from_this(), on));
}

bool candle_fetcher::has_stopped() const {
  const std::scoped_lock lock(mutex_);
  return is_stopped_;
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
    if (next.ask) co_await ask(on, *next.ask, next.asker);
  }
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

std::size_t candle_fetcher::series_count() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

}  // namespace kontor::market
