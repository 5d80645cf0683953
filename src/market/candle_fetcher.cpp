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

constexpr std::int64_t milliseconds_of_a_day = 86'400'000;
// What an exchange with the longest answers brings.
constexpr std::int64_t most_of_any = 1000;
// Blocks that one worker holds before it lets go of them.
constexpr std::size_t most_held = 512;

// The least time between two candles.
std::int64_t shortest(interval every) noexcept {
  return every == interval::month ? 28 * milliseconds_of_a_day : longest(every).count();
}

base::error ended() {
  return {base::errc::unavailable, "", "", "the market has ended"};
}
base::error crowded() {
  base::error out{base::errc::overloaded, "", "", "too many candles are fetched at once"};
  out.retry_after = std::chrono::seconds(2);
  return out;
}

}  // namespace

question_window window_of(const series& of, time_range missing, bool is_current, base::timestamp now,
                          milliseconds quiet, const market_source& exchange) {
  const auto length = longest(of.every).count();
  const auto at = to_milliseconds(now);
  question_window out{.ask = missing};
  const auto deepest = std::max(missing.from, missing.to - most_of_any * length);
  const auto most = std::max<std::int64_t>(1, exchange.most_at_once(of, deepest));
  out.ask.from = std::max(missing.from, missing.to - most * length);
  // What may still grow is asked for up to now, with the candle before: that shows which one is finished.
  out.is_newest = !is_current && missing.to > at - quiet.count() - length;
  if (out.is_newest) out.ask = {std::min(out.ask.from, at - 2 * length), std::max(missing.to, at + 1)};
  return out;
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
  if (!of.begins || now - of.begins->checked_at >= settings_.beginning_time) return need.from;
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
    auto& here = of.held[number];
    if (auto cached = store_.cached(of.of, number); cached && (!here || cached->version >= here->version))
      here = std::move(cached);
    if (!here) continue;
    known.add(here->known);
    out.blocks.push_back(here);
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
    if (is_stopped_) {
      refused = ended();
    } else if (of->wants.size() >= settings_.most_waiters || (!of->is_worked && worked_ >= settings_.most_fetches)) {
      refused = crowded();
    } else {
      of->wants.push_back(std::move(what));
      ++waiting_;
      is_first = !std::exchange(of->is_worked, true);
      if (is_first) ++worked_;
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
    if (is_over && std::exchange(of.is_worked, false)) --worked_;
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
    const bool is_paused = std::exchange(of.has_failed, false) || steady::now() < of.paused_until;
    std::vector<want> rest;
    const want* next = nullptr;
    rest.reserve(of.wants.size());
    time_range piece;
    for (auto& one : of.wants) {
      if (!one.is_loaded) {
        if (!out.load) {
          const auto first = block_of(of.of.every, lower_end(of, one.need, now));
          out.load = {first, block_of(of.of.every, one.need.to - 1)};
        }
        rest.push_back(std::move(one));
        continue;
      }
      coverage known;
      auto state = held_for(of, one, now, known);
      const auto pieces = missing(of, known, one, now);
      state.is_complete = pieces.empty();
      if (!pieces.empty() && !is_paused) {
        // Whoever waits goes first.
        if (next == nullptr || (!next->who && one.who)) {
          piece = pieces.back();
          rest.push_back(std::move(one));
          next = &rest.back();
          continue;
        }
        rest.push_back(std::move(one));
        continue;
      }
      if (!pieces.empty()) state.why = of.why;
      if (!one.who) continue;
      --waiting_;
      answers.push_back({.who = std::move(*one.who), .what = std::move(state)});
    }
    if (next != nullptr && !out.load)
      out.ask = window_of(of.of, piece, is_current(of, next->since, now), now, settings_.quiet_time, exchange_);
    of.wants = std::move(rest);
    if (of.wants.empty()) {
      out.is_end = true;
      of.held.clear();
      of.is_worked = false;
      --worked_;
    } else if (of.held.size() > most_held) {
      of.held.clear();
      for (auto& one : of.wants)
        one.is_loaded = false;
      out = {};
    }
  }
  for (auto& one : answers)
    one.who.complete(std::move(one.what));
  return out;
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
  for (auto& one : loaded->blocks)
    on->held[one->number] = std::move(one);
  for (auto& one : on->wants) {
    const auto first = block_of(on->of.every, lower_end(*on, one.need, clock_.now()));
    if (first >= blocks.first && block_of(on->of.every, one.need.to - 1) <= blocks.second) one.is_loaded = true;
  }
}

// nullopt: no answer, and everybody is told.
async::awaitable<std::optional<std::vector<candle>>> candle_fetcher::question(shared_entry on, time_range window,
                                                                              std::int64_t most) {
  ++questions_;
  auto rows = co_await exchange_.candles(on->of, window);
  if (rows) co_return tidy(std::move(*rows), {window.from, most});
  ++failures_;
  const auto& why = rows.error();
  const auto pause =
      std::max(settings_.pause_after_failure, std::min<milliseconds>(why.retry_after, std::chrono::minutes(1)));
  const std::scoped_lock lock(mutex_);
  on->paused_until = steady::now() + pause;
  on->why = why;
  on->has_failed = true;
  co_return std::nullopt;
}

async::awaitable<void> candle_fetcher::ask(shared_entry on, question_window window) {
  // The clock of the exchange may be ahead of ours.
  const auto most = window.is_newest ? window.ask.to + milliseconds_of_a_day : window.ask.to;
  const auto rows = co_await question(on, window.ask, most);
  if (!rows) co_return;
  const auto every = on->of.every;
  page finished;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    if (!rows->empty()) on->newest_open = std::max(on->newest_open.value_or(0), rows->back().time);
    const auto line = finished_before(every, on->newest_open, now, settings_.quiet_time);
    const bool is_whole = rows->empty() || rows->front().time - window.ask.from < shortest(every);
    const auto from = is_whole ? window.ask.from : rows->front().time;
    const auto to = std::min(window.ask.to, line);
    const auto end = std::ranges::lower_bound(*rows, line, {}, &candle::time);
    finished.known = {from, to};
    finished.candles.assign(rows->begin(), end);
    if (window.is_newest) {
      on->newest.asked(std::max(from, line), std::span(end, rows->end()), now);
    } else if (window.ask.to > line) {
      on->newest.asked_before({std::max(from, line), window.ask.to}, std::span(end, rows->end()));
    }
  }
  if (rows->empty() && !window.is_newest) {
    // What is before the beginning is not kept as known: it is asked for again one day.
    const bool has_older = co_await ask_before(on, window.ask.from, window.ask.to);
    if (!has_older) co_return;
  }
  co_await keep(on, std::move(finished));
}

// Nothing in a whole question: the exchange has nothing further back either, or there was no trade for long.
async::awaitable<bool> candle_fetcher::ask_before(shared_entry on, std::int64_t empty_from, std::int64_t empty_to) {
  const time_range before{0, empty_from};
  std::optional<std::vector<candle>> rows(std::in_place);
  if (before.to > 0) rows = co_await question(on, before, before.to);
  if (!rows) co_return false;
  if (!rows->empty()) {
    // A long hole is learned piece by piece: each block of it is a row.
    constexpr std::int64_t blocks_at_once = 20;
    const auto from = std::max(rows->front().time, before.to - blocks_at_once * block_time(on->of.every));
    std::erase_if(*rows, [from](const auto& row) { return row.time < from; });
    page older{.known = {from, before.to}, .candles = std::move(*rows)};
    co_await keep(on, std::move(older));
    co_return true;
  }
  const beginning begins{.at = empty_to, .checked_at = clock_.now()};
  {
    const std::scoped_lock lock(mutex_);
    on->begins = begins;
  }
  (void)co_await store_.set_beginning(on->of, begins);
  co_return false;
}

async::awaitable<void> candle_fetcher::keep(shared_entry on, page what) {
  if (what.known.from >= what.known.to) co_return;
  std::vector<series_page> pages;
  pages.push_back({.of = on->of, .what = std::move(what)});
  const auto merged = co_await store_.merge(std::move(pages));
  const std::scoped_lock lock(mutex_);
  on->has_any = true;
  for (const auto& [of, one] : merged.blocks)
    on->held[one->number] = one;
}

void candle_fetcher::heard(const series& of, std::span<const candle> latest) {
  const auto now = clock_.now();
  const auto from = latest.empty() ? 0 : latest.front().time;
  const auto rows = tidy({latest.begin(), latest.end()}, {from, to_milliseconds(now) + milliseconds_of_a_day});
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
