#include "market/block.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

namespace kontor::market {
namespace {

constexpr std::int64_t candles_of_a_block = 500;

// A number as json::append_number writes it: from_chars takes a little more.
bool is_plain(std::string_view text) noexcept {
  const auto digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || !base::is_digit(digits.front()) || !base::is_digit(digits.back())) return false;
  if (digits.size() > 1 && digits.front() == '0' && digits[1] != '.') return false;
  const auto point = digits.find('.');
  if (point == std::string_view::npos) return true;
  return base::is_digit(digits[point + 1]);
}

// Calls `take(number)` for each of a line of numbers; false: something else stands there.
template <class Number, class Take>
bool read_numbers(std::string_view line, Take take) {
  if (line.empty()) return true;
  const auto* at = line.data();
  const auto* const end = at + line.size();
  while (true) {
    Number number = 0;
    const auto [next, wrong] = std::from_chars(at, end, number);
    if (wrong != std::errc() || !is_plain(std::string_view(at, static_cast<std::size_t>(next - at)))) return false;
    if (!take(number)) return false;
    if (next == end) return true;
    if (*next != ',') return false;
    at = next + 1;
  }
}

bool read_times(std::string_view line, time_range within, std::vector<candle>& rows) {
  rows.reserve(static_cast<std::size_t>(candles_of_a_block));
  return read_numbers<std::int64_t>(line, [&rows, within](std::int64_t time) {
    if (time < within.from || time >= within.to) return false;
    if (!rows.empty() && time <= rows.back().time) return false;
    rows.push_back({.time = time});
    return true;
  });
}

bool read_column(std::string_view line, double candle::* column, std::vector<candle>& rows) {
  std::size_t i = 0;
  const bool is_good = read_numbers<double>(line, [&rows, &i, column](double number) {
    if (i == rows.size() || !std::isfinite(number)) return false;
    rows[i++].*column = number;
    return true;
  });
  return is_good && i == rows.size();
}

}  // namespace

bool is_finite(const candle& row) noexcept {
  return std::ranges::all_of(candle_numbers, [&row](auto column) { return std::isfinite(row.*column); });
}

std::int64_t block_time(interval every) noexcept {
  return candles_of_a_block * longest(every).count();
}

block_number block_of(interval every, std::int64_t time) noexcept {
  const auto length = block_time(every);
  return time >= 0 ? time / length : -((length - 1 - time) / length);
}

time_range range_of(interval every, block_number which) noexcept {
  const auto length = block_time(every);
  return {which * length, (which + 1) * length};
}

block merge(interval every, const block& old, const page& more, std::int64_t fetched_at) {
  const auto range = range_of(every, old.number);
  block out;
  out.number = old.number;
  out.version = old.version;
  out.fetched_at = std::max(old.fetched_at, fetched_at);
  out.known = old.known;
  out.known.add({std::max(more.known.from, range.from), std::min(more.known.to, range.to)});

  auto next = std::ranges::lower_bound(more.candles, range.from, {}, &candle::time);
  const auto end = std::ranges::lower_bound(more.candles, range.to, {}, &candle::time);
  std::vector<candle> rows;
  rows.reserve(old.candles->rows().size() + static_cast<std::size_t>(end - next));
  for (const auto& row : old.candles->rows()) {
    for (; next != end && next->time < row.time; ++next)
      rows.push_back(*next);
    if (next != end && next->time == row.time) continue;
    rows.push_back(row);
  }
  rows.insert(rows.end(), next, end);
  out.candles = rows == old.candles->rows() ? old.candles : std::make_shared<const candle_columns>(std::move(rows));
  return out;
}

std::string body_of(const candle_columns& candles) {
  std::string out;
  for (std::size_t column = 0; column < candle_columns::count; ++column)
    out.append(candles.text(column)).push_back('\n');
  return out;
}

std::shared_ptr<const candle_columns> parse_body(std::string_view text, time_range within) {
  std::array<std::string, candle_columns::count> texts;
  std::vector<candle> rows;
  for (std::size_t column = 0; column < candle_columns::count; ++column) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return nullptr;
    const auto line = text.substr(0, end);
    const bool is_good =
        column == 0 ? read_times(line, within, rows) : read_column(line, candle_numbers[column - 1], rows);
    if (!is_good) return nullptr;
    texts[column] = line;
    text.remove_prefix(end + 1);
  }
  if (!text.empty()) return nullptr;
  return std::make_shared<const candle_columns>(std::move(rows), std::move(texts));
}

std::vector<candle> tidy(std::vector<candle> rows, time_range within) {
  std::map<std::int64_t, candle> by_time;
  for (const auto& row : rows)
    if (row.time >= within.from && row.time < within.to && is_finite(row)) by_time.insert_or_assign(row.time, row);
  rows.clear();
  for (const auto& [time, row] : by_time)
    rows.push_back(row);
  return rows;
}

}  // namespace kontor::market
