// What a candle_fetcher asks of the exchange, and what it believes of the answers: what is stored as known is never
// asked for again, so one empty, short or early answer must not be enough.
#include "market/candle_fetcher.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::market {
namespace {

constexpr std::int64_t day = 86'400'000;
// A long hole is learned piece by piece: each block of it is a row.
constexpr std::int64_t blocks_at_once = 20;
// Questions for days, each of months, before it is believed that there is nothing further back.
constexpr int most_questions_for_days = 4;

// The least time between two candles.
std::int64_t shortest(interval every) noexcept {
  return every == interval::month ? 28 * day : longest(every).count();
}

// Without the candles that came, but could not be read.
std::vector<page> pages_of(interval every, time_range known, std::span<const candle> rows,
                           std::span<const std::int64_t> spoilt) {
  coverage holes;
  for (const auto time : spoilt)
    holes.add({time, end_of(every, time)});
  std::vector<page> out;
  for (const auto& range : holes.missing(known)) {
    const auto first = std::ranges::lower_bound(rows, range.from, {}, &candle::time);
    const auto last = std::ranges::lower_bound(rows, range.to, {}, &candle::time);
    if (range.from < range.to) out.push_back({.known = range, .candles = {first, last}});
  }
  return out;
}

// The first boundary of such candles that is not before `time`.
std::int64_t next_boundary(std::int64_t time, std::int64_t length) noexcept {
  return (time + length - 1) / length * length;
}

}  // namespace

// As promised by market_source, whatever came.
async::awaitable<base::result<told_candles>> candle_fetcher::tidied_answer(series of, time_range window,
                                                                           std::int64_t most) {
  auto told = co_await exchange_.candles(std::move(of), window);
  if (!told) co_return told.error();
  for (const auto& row : told->rows)
    if (!is_finite(row)) told->spoilt.push_back(row.time);
  told->rows = tidy(std::move(told->rows), {window.from, most});
  told->asked = {std::max(told->asked.from, window.from), std::min(told->asked.to, window.to)};
  co_return std::move(*told);
}

// nullopt: no answer, and everybody is told.
async::awaitable<std::optional<told_candles>> candle_fetcher::question(shared_entry on, base::user_id asker, series of,
                                                                       time_range window, std::int64_t most) {
  base::error why;
  const auto turn = co_await turns_.take(asker);
  if (turn) {
    ++questions_;
    auto told = co_await tidied_answer(std::move(of), window, most);
    if (told) co_return std::move(*told);
    ++failures_;
    why = told.error();
  } else {
    why = turn.error();
  }
  const std::scoped_lock lock(mutex_);
  fail(*on, why);
  co_return std::nullopt;
}

async::awaitable<void> candle_fetcher::ask(shared_entry on, question_window window, base::user_id asker) {
  const auto every = on->of.every;
  base::timestamp asked_at;
  std::int64_t proven = 0;
  std::uint64_t breaks = 0;
  {
    const std::scoped_lock lock(mutex_);
    asked_at = clock_.now();
    proven = proven_before(every, on->newest_open, market_time(asked_at), settings_.clock_trust);
    breaks = on->newest.breaks();
  }
  // The clock of the exchange may be ahead of what we take it for.
  const auto most = window.is_newest ? latest_opening(every, market_time(asked_at)) + 1 : window.ask.to;
  const auto told = co_await question(on, asker, on->of, window.ask, most);
  if (!told) co_return;
  const auto& rows = told->rows;
  std::vector<page> finished;
  {
    const std::scoped_lock lock(mutex_);
    if (!rows.empty()) on->newest_open = std::max(on->newest_open.value_or(0), rows.back().time);
    // What was heard while the answer was on its way says nothing of what is in it.
    const auto line = rows.empty() ? proven : std::max(proven, rows.back().time);
    const bool is_whole = rows.empty() || rows.front().time - told->asked.from < shortest(every);
    const auto from = is_whole ? told->asked.from : rows.front().time;
    const auto late_from = rows.empty() ? from : std::max(from, line);
    const auto end = std::ranges::lower_bound(rows, line, {}, &candle::time);
    const std::span late(end, rows.end());
    // That nothing was traded is believed for the moment only; see look_back.
    if (!rows.empty())
      finished = pages_of(every, {from, std::min(told->asked.to, line)}, {rows.begin(), end}, told->spoilt);
    if (window.is_newest) {
      on->newest.asked(late_from, late, asked_at, breaks);
    } else if (window.ask.to > late_from && window.ask.to > line) {
      on->newest.asked_before({late_from, window.ask.to}, late);
    }
  }
  if (rows.empty() && !window.is_newest && told->spoilt.empty()) {
    co_await look_back(on, asker, told->asked, proven);
  } else {
    co_await keep(on, std::move(finished));
  }
}

// A whole question brought nothing: the exchange has nothing further back either, or there was no trade for long, or it
// was a bad moment. Asked for all up to the same end, it shows what is before, and once more that nothing is between.
async::awaitable<void> candle_fetcher::look_back(shared_entry on, base::user_id asker, time_range empty,
                                                 std::int64_t proven) {
  if (empty.from >= empty.to) co_return;
  const auto every = on->of.every;
  const auto lowest = empty.to - blocks_at_once * block_time(every);
  const time_range all{0, empty.to};
  const auto told = co_await question(on, asker, on->of, all, all.to);
  if (!told) co_return;
  const auto& rows = told->rows;
  if (!rows.empty()) {
    const time_range known{std::max(rows.front().time, lowest), std::min(empty.to, std::max(proven, rows.back().time))};
    const auto first = std::ranges::lower_bound(rows, known.from, {}, &candle::time);
    const auto last = std::ranges::lower_bound(rows, known.to, {}, &candle::time);
    auto pages = pages_of(every, known, {first, last}, told->spoilt);
    co_await keep(on, std::move(pages));
    co_return;
  }
  if (!told->spoilt.empty()) co_return;
  // An answer does not reach far with short candles: with hours and days it does.
  auto from = std::max<std::int64_t>(0, told->asked.from);
  constexpr std::array coarser{interval::h1, interval::d1};
  for (const auto with : coarser) {
    if (every >= with && with != interval::d1) continue;
    auto of = on->of;
    of.every = std::max(every, with);
    const auto length = longest(of.every).count();
    for (int i = 0; i < (with == interval::d1 ? most_questions_for_days : 1) && from > 0; ++i) {
      const time_range before{
          0, of.every == interval::d1 || of.every == interval::h1 ? next_boundary(from, length) : from};
      const auto further = co_await question(on, asker, of, before, before.to);
      if (!further) co_return;
      if (!further->spoilt.empty() || further->asked.from >= before.to) co_return;
      if (!further->rows.empty()) {
        const auto last_end = end_of(of.every, further->rows.back().time);
        std::vector<page> hole;
        hole.push_back({.known = {std::max(std::min(last_end, told->asked.from), lowest), std::min(empty.to, proven)},
                        .candles = {}});
        co_await keep(on, std::move(hole));
        co_return;
      }
      from = std::max<std::int64_t>(0, further->asked.from);
    }
  }
  co_await keep_beginning(on, empty);
}

async::awaitable<void> candle_fetcher::keep_beginning(shared_entry on, time_range empty) {
  const auto has_older = co_await store_.has_before(on->of, empty.to);
  if (!has_older) {
    const std::scoped_lock lock(mutex_);
    fail(*on, has_older.error());
    co_return;
  }
  if (*has_older) {
    // Then it is a hole, however long.
    std::vector<page> hole;
    hole.push_back({.known = empty, .candles = {}});
    co_await keep(on, std::move(hole));
    co_return;
  }
  // What is before the beginning is not kept as known: it is asked for again one day.
  const beginning begins{.at = empty.to, .checked_at = clock_.now()};
  {
    const std::scoped_lock lock(mutex_);
    on->begins = begins;
  }
  (void)co_await store_.set_beginning(on->of, begins);
}

async::awaitable<void> candle_fetcher::keep(shared_entry on, std::vector<page> what) {
  std::vector<series_page> pages;
  for (auto& one : what)
    if (one.known.from < one.known.to) pages.push_back({.of = on->of, .what = std::move(one)});
  if (pages.empty()) co_return;
  const auto merged = co_await store_.merge(std::move(pages));
  const std::scoped_lock lock(mutex_);
  on->has_any = true;
  for (const auto& [of, one] : merged.blocks)
    on->held[one->number] = one;
}

}  // namespace kontor::market
