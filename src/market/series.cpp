#include "market/series.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::market {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::array<std::pair<venue, std::string_view>, 4> venues{{
    {venue::spot, "spot"},
    {venue::usdt_futures, "usdt-futures"},
    {venue::coin_futures, "coin-futures"},
    {venue::usdc_futures, "usdc-futures"},
}};

struct interval_row {
  interval every;
  std::string_view name;
  milliseconds time;
};

constexpr std::array<interval_row, 14> rows{{
    {interval::m1, "1m", 1min},
    {interval::m3, "3m", 3min},
    {interval::m5, "5m", 5min},
    {interval::m15, "15m", 15min},
    {interval::m30, "30m", 30min},
    {interval::h1, "1H", 1h},
    {interval::h2, "2H", 2h},
    {interval::h4, "4H", 4h},
    {interval::h6, "6H", 6h},
    {interval::h12, "12H", 12h},
    {interval::d1, "1D", 24h},
    {interval::d3, "3D", 72h},
    {interval::w1, "1W", 168h},
    {interval::month, "1M", 744h},
}};

constexpr auto all_intervals = [] {
  std::array<interval, rows.size()> out{};
  std::ranges::transform(rows, out.begin(), &interval_row::every);
  return out;
}();

constexpr auto spot_intervals = [] {
  std::array<interval, rows.size() - 1> out{};
  std::ranges::copy_if(all_intervals, out.begin(), [](interval each) { return each != interval::h2; });
  return out;
}();

const interval_row& row_of(interval every) noexcept {
  return rows[static_cast<std::size_t>(every)];
}

}  // namespace

std::string_view name_of(venue where) noexcept {
  return venues[static_cast<std::size_t>(where)].second;
}

std::optional<venue> parse_venue(std::string_view name) noexcept {
  const auto found = std::ranges::find(venues, name, &std::pair<venue, std::string_view>::second);
  if (found == venues.end()) return std::nullopt;
  return found->first;
}

std::string_view name_of(interval every) noexcept {
  return row_of(every).name;
}

std::optional<interval> parse_interval(std::string_view name) noexcept {
  std::string wanted(name);
  if (!wanted.empty() && (wanted.back() == 'h' || wanted.back() == 'd' || wanted.back() == 'w'))
    wanted.back() = static_cast<char>(wanted.back() - 'a' + 'A');
  const auto found = std::ranges::find(rows, wanted, &interval_row::name);
  if (found == rows.end()) return std::nullopt;
  return found->every;
}

std::span<const interval> intervals_of(venue where) noexcept {
  if (where == venue::spot) return spot_intervals;
  return all_intervals;
}

milliseconds longest(interval every) noexcept {
  return row_of(every).time;
}

std::int64_t end_of(interval every, std::int64_t open) noexcept {
  if (every != interval::month) return open + longest(every).count();
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_time<milliseconds>(milliseconds(open)));
  const std::chrono::year_month_day date(day);
  const auto next = std::chrono::sys_days((date.year() / date.month() + std::chrono::months(1)) / 1);
  return std::chrono::sys_time<milliseconds>(next).time_since_epoch().count();
}

bool is_symbol(std::string_view text) noexcept {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, is_allowed);
}

}  // namespace kontor::market
