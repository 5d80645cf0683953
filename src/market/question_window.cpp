#include "market/question_window.hpp"

#include "market/candle_view.hpp"

#include <algorithm>
#include <chrono>

namespace kontor::market {
namespace {

// What an exchange with the longest answers brings.
constexpr std::int64_t most_of_any = 1000;
// How far the clock may be behind that of the exchange.
constexpr std::chrono::milliseconds most_behind{3'600'000};

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

}  // namespace kontor::market
