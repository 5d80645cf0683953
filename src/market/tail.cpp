#include "market/tail.hpp"

#include "market/candle_view.hpp"

#include <algorithm>
#include <utility>

namespace kontor::market {
namespace {

using std::chrono::milliseconds;

// How late the first trade of a candle may be before we ask.
constexpr milliseconds late{10'000};

std::vector<candle> join(std::span<const candle> old, std::span<const candle> winning) {
  std::vector<candle> out;
  out.reserve(old.size() + winning.size());
  auto next = winning.begin();
  for (const auto& row : old) {
    for (; next != winning.end() && next->time < row.time; ++next)
      out.push_back(*next);
    if (next != winning.end() && next->time == row.time) continue;
    out.push_back(row);
  }
  out.insert(out.end(), next, winning.end());
  return out;
}

}  // namespace

std::int64_t finished_before(interval every, std::optional<std::int64_t> newest, base::timestamp now,
                             milliseconds quiet) noexcept {
  const auto over = to_milliseconds(now) - quiet.count() - longest(every).count() + 1;
  return newest ? std::max(*newest, over) : over;
}

std::int64_t proven_before(interval every, std::optional<std::int64_t> newest, base::timestamp now,
                           milliseconds trust) noexcept {
  return finished_before(every, newest, now, trust);
}

void tail::asked(std::int64_t from, std::span<const candle> rows, base::timestamp at, std::uint64_t breaks) {
  if (is_live_ && from_) {
    if (breaks != breaks_) return;
    at_ = std::max(at_, at);
    const auto first = std::ranges::lower_bound(rows, settled_to_, {}, &candle::time);
    rows_ = join(std::span(first, rows.end()), rows_);
    from_ = std::min(*from_, std::max(from, settled_to_));
    return;
  }
  at_ = std::max(at_, at);
  from_ = from;
  settled_to_ = 0;
  rows_.assign(rows.begin(), rows.end());
  has_heard_ = false;
  is_doubtful_ = breaks != breaks_;
}

void tail::asked_before(time_range known, std::span<const candle> rows) {
  if (!from_ || known.to < *from_ || known.from >= *from_) return;
  from_ = known.from;
  rows_ = join(rows, rows_);
}

void tail::heard(std::span<const candle> latest, base::timestamp at) {
  if (latest.empty()) return;
  const auto from = latest.front().time;
  const bool goes_on = from_ && (is_live_ || (!rows_.empty() && from <= rows_.back().time));
  if (goes_on) {
    rows_ = join(rows_, latest);
    from_ = std::min(*from_, from);
  } else {
    rows_.assign(latest.begin(), latest.end());
    from_ = from;
    settled_to_ = 0;
  }
  at_ = std::max(at_, at);
  is_live_ = has_heard_ = true;
  is_doubtful_ = false;
}

std::optional<page> tail::finished(std::int64_t line) const {
  if (!from_ || *from_ >= line || rows_.empty()) return std::nullopt;
  const auto end = std::ranges::lower_bound(rows_, line, {}, &candle::time);
  if (end == rows_.begin()) return std::nullopt;
  return page{.known = {*from_, line}, .candles = {rows_.begin(), end}};
}

void tail::settled(const page& what) {
  if (!from_ || *from_ >= what.known.to || *from_ < what.known.from) return;
  auto line = what.known.to;
  for (const auto& row : rows_) {
    if (row.time >= line) break;
    const auto kept = std::ranges::lower_bound(what.candles, row.time, {}, &candle::time);
    if (kept == what.candles.end() || *kept != row) line = row.time;
  }
  from_ = line;
  settled_to_ = std::max(settled_to_, line);
  std::erase_if(rows_, [line](const auto& row) { return row.time < line; });
}

void tail::shorten(std::size_t most) {
  if (rows_.size() <= most) return;
  rows_.erase(rows_.begin(), rows_.end() - static_cast<std::ptrdiff_t>(most));
  from_ = rows_.front().time;
}

bool tail::is_current(interval every, base::timestamp now) const noexcept {
  if (!is_live_ || rows_.empty()) return false;
  return to_milliseconds(now) < end_of(every, rows_.back().time) + late.count();
}

}  // namespace kontor::market
