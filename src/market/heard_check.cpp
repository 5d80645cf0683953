#include "market/heard_check.hpp"

#include "market/tail.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace kontor::market {
namespace {

// The socket and an answer write the same amount with other digits at its end.
bool is_same_amount(double a, double b) noexcept {
  constexpr double rounding = 1e-9;
  return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

bool is_same(const candle& a, const candle& b) noexcept {
  return a.time == b.time && a.open == b.open && a.high == b.high && a.low == b.low && a.close == b.close &&
         is_same_amount(a.volume, b.volume) && is_same_amount(a.quote_volume, b.quote_volume);
}

std::vector<candle> rows_before(const std::vector<candle>& rows, std::int64_t line) {
  return {rows.begin(), std::ranges::lower_bound(rows, line, {}, &candle::time)};
}

}  // namespace

time_range question_about(const series& of, const page& heard, const market_source& exchange) {
  const auto length = longest(of.every).count();
  const auto most = std::max<std::int64_t>(2, exchange.most_at_once(of, heard.known.from));
  return {heard.known.from, std::min(heard.known.to + length, heard.known.from + most * length)};
}

std::optional<checked_candles> check_heard(interval every, const page& heard, const told_candles& told,
                                           base::timestamp now, std::chrono::milliseconds trust) {
  const auto from = heard.known.from;
  if (told.rows.empty() || told.asked.from > from) return std::nullopt;
  // What ends before the newest that was heard is finished; else the answer has to show a later one itself.
  const auto shown =
      told.asked.to <= heard.known.to ? told.asked.to : proven_before(every, told.rows.back().time, now, trust);
  const auto to = std::min(heard.known.to, shown);
  if (to <= from) return std::nullopt;
  checked_candles out;
  out.known.known = out.settled.known = {from, to};
  out.settled.candles = rows_before(heard.candles, to);
  std::map<std::int64_t, candle> all;
  for (const auto& row : out.settled.candles)
    all.emplace(row.time, row);
  for (const auto& row : told.rows) {
    if (row.time < from || row.time >= to) continue;
    const auto [at, is_new] = all.try_emplace(row.time, row);
    if (!is_new && is_same(at->second, row)) continue;
    at->second = row;
    out.is_different = true;
  }
  for (const auto& [time, row] : all)
    out.known.candles.push_back(row);
  return out;
}

}  // namespace kontor::market
