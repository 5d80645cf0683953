// What a candle_fetcher does with candles that are heard live. A socket may lose a frame and nobody knows: what it
// calls finished is shown at once, but stored only as the exchange tells it when it is asked.
#include "base/log.hpp"
#include "market/candle_fetcher.hpp"
#include "market/heard_check.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace kontor::market {
namespace {

// Of one series, while the exchange cannot be asked: about a day of minutes. Older ones are asked for by who wants
// them.
constexpr std::size_t most_unchecked = 1500;
// In one look, while somebody waits for candles.
constexpr std::size_t checks_beside_readers = 2;

}  // namespace

void candle_fetcher::heard(const series& of, std::span<const candle> latest) {
  const auto now = clock_.now();
  const auto from = latest.empty() ? 0 : latest.front().time;
  const auto rows = tidy({latest.begin(), latest.end()}, {from, latest_opening(of.every, market_time(now)) + 1});
  if (rows.empty()) return;
  const std::scoped_lock lock(mutex_);
  const auto on = is_stopped_ ? nullptr : find(of);
  if (!on) return;
  on->newest.heard(rows, now);
  on->newest.shorten(most_unchecked);
  on->newest_open = std::max(on->newest_open.value_or(0), rows.back().time);
  on->has_heard = true;
  on->read_at = now;
}

void candle_fetcher::broke(const series& of) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(of);
  if (found != entries_.end()) found->second->newest.broke();
}

void candle_fetcher::when_corrected(std::function<void(const series&)> tell) {
  const std::scoped_lock lock(mutex_);
  corrected_ = std::move(tell);
}

// The series whose heard candles are to be held against an answer, the longest waiting first.
std::vector<candle_fetcher::heard_page> candle_fetcher::ripe_pages() {
  std::vector<heard_page> out;
  const std::scoped_lock lock(mutex_);
  const auto now = market_now();
  const auto then = steady::now();
  for (const auto& [of, on] : entries_) {
    if (!on->has_heard) continue;
    const auto line = proven_before(of.every, on->newest_open, now, settings_.clock_trust);
    if (!on->newest.finished(line)) {
      on->has_heard = on->newest.is_live();
      continue;
    }
    // An exchange may need a moment itself until its answers know of the end.
    const auto ripe_to = std::exchange(on->ripe_to, line);
    if (then < on->check_at) continue;
    if (auto page = on->newest.finished(std::min(line, ripe_to))) out.push_back({.of = on, .what = std::move(*page)});
  }
  std::ranges::sort(out, {}, [](const auto& one) { return one.of->check_at; });
  const auto most = waiting_ > 0 ? std::min(checks_beside_readers, settings_.checks_at_once) : settings_.checks_at_once;
  if (out.size() > most) out.resize(most);
  return out;
}

async::awaitable<void> candle_fetcher::check_all_heard() {
  auto due = ripe_pages();
  for (auto& one : due)
    co_await check(std::move(one.of), std::move(one.what));
}

async::awaitable<void> candle_fetcher::check(shared_entry on, page heard) {
  const auto window = question_about(on->of, heard, exchange_);
  std::optional<checked_candles> right;
  {
    const auto turn = co_await turns_.take(base::user_id());
    if (!turn) co_return;
    ++questions_;
    const auto told = co_await tidied_answer(on->of, window, window.to);
    if (!told) ++failures_;
    if (told) right = check_heard(on->of.every, heard, *told, market_now(), settings_.clock_trust);
  }
  {
    const std::scoped_lock lock(mutex_);
    on->check_at = steady::now() + settings_.check_every;
  }
  if (!right) co_return;
  std::vector<series_page> pages;
  pages.push_back({.of = on->of, .what = std::move(right->known)});
  (void)co_await store_.merge(std::move(pages));
  std::function<void(const series&)> tell;
  {
    const std::scoped_lock lock(mutex_);
    on->newest.settled(right->settled);
    on->has_any = true;
    tell = corrected_;
  }
  if (!right->is_different) co_return;
  base::log(base::log_level::info, "candles that were heard live are corrected", {{"series", name_of(on->of)}});
  if (tell) tell(on->of);
}

}  // namespace kontor::market
