#include "market/candle_view.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace kontor::market {
namespace {

constexpr auto end_of_time = std::numeric_limits<std::int64_t>::max();
// Candles that are looked further back for at least, and in all at most.
constexpr std::int64_t least_wider = 100;
constexpr std::int64_t most_wide = 4 * most_candles;

struct joined_candles {
  candle_range all;
  std::int64_t line = 0;  // Those that open before are finished.
};

// Blocks first; from where the newest candles begin both are merged, and what is stored wins.
joined_candles join(const gathered& found, std::int64_t from, std::int64_t to) {
  joined_candles out{.all = {}, .line = found.line};
  if (from >= to) return out;
  const auto newest_from = found.newest.is_known() ? found.newest.from() : end_of_time;
  const auto split = std::clamp(newest_from, from, to);
  std::vector<candle> late;
  for (const auto& one : found.blocks) {
    const auto& rows = one->candles->rows();
    const auto place = [&rows](std::int64_t time) {
      return static_cast<std::size_t>(std::ranges::lower_bound(rows, time, {}, &candle::time) - rows.begin());
    };
    if (!rows.empty()) out.line = std::max(out.line, rows.back().time + 1);
    out.all.append(one->candles, place(from), place(split));
    late.insert(late.end(), rows.begin() + static_cast<std::ptrdiff_t>(place(split)),
                rows.begin() + static_cast<std::ptrdiff_t>(place(to)));
  }
  for (const auto& row : found.newest.rows()) {
    if (row.time < split || row.time >= to) continue;
    const auto at = std::ranges::lower_bound(late, row.time, {}, &candle::time);
    if (at == late.end() || at->time != row.time) late.insert(at, row);
  }
  if (late.empty()) return out;
  const auto count = late.size();
  out.all.append(std::make_shared<const candle_columns>(std::move(late)), 0, count);
  return out;
}

base::timestamp fetched_at(const gathered& found, std::int64_t to, base::timestamp now) {
  if (found.newest.is_known() && to > found.newest.from()) return found.newest.at();
  std::int64_t latest = 0;
  for (const auto& one : found.blocks)
    latest = std::max(latest, one->fetched_at);
  return latest == 0 ? now : base::from_microseconds(latest);
}

}  // namespace

std::int64_t to_milliseconds(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

candle_question::candle_question(candle_request what, base::timestamp now) : what_(std::move(what)) {
  const auto upper = to_milliseconds(now) + 1;
  need_.to = std::max<std::int64_t>(0, std::min(what_.to.value_or(end_of_time), upper));
  is_open_ = what_.to.value_or(end_of_time) > upper;
  const auto length = longest(what_.of.every).count();
  const auto most_back = std::max<std::int64_t>(0, need_.to - what_.limit * length);
  from_ = std::max<std::int64_t>(0, what_.from.value_or(most_back));
  need_.from = std::max(from_, most_back);
  if (!is_empty()) need_.from = std::max<std::int64_t>(0, need_.from - what_.lead_in * length);
}

bool candle_question::widen(const gathered& found, const candle_answer& shown) {
  if (need_.from == 0 || (found.begins && found.begins->at >= need_.from)) return false;
  auto lacking = what_.lead_in - static_cast<std::int64_t>(shown.lead_in.size());
  if (need_.from > from_) lacking += what_.limit - static_cast<std::int64_t>(shown.candles.size());
  if (lacking <= 0) return false;
  const auto length = longest(what_.of.every).count();
  const auto wider = std::max(2 * lacking, least_wider) * length;
  const auto from = std::max({std::int64_t{0}, need_.from - wider, need_.to - most_wide * length});
  if (from >= need_.from) return false;
  need_.from = from;
  return true;
}

candle_answer candle_question::answer(const gathered& found, base::timestamp now) const {
  const auto [all, line] = join(found, need_.from, is_open_ ? end_of_time : need_.to);
  candle_answer out;
  const auto limit = static_cast<std::size_t>(what_.limit);
  auto first = all.first_from(from_);
  const bool is_cut = all.size() - first > limit || need_.from > from_;
  if (all.size() - first > limit) first = all.size() - limit;
  const auto before = std::min(first, static_cast<std::size_t>(what_.lead_in));
  out.lead_in = all.part(first - before, before);
  out.candles = all.part(first);
  out.from = is_cut && !out.candles.empty() ? out.candles.front().time : from_;
  out.to = std::max(need_.to, out.from);
  if (!out.candles.empty()) out.to = std::max(out.to, out.candles.back().time + 1);
  out.finished = out.candles.first_from(line);
  out.finished_to = std::clamp(line, out.from, std::max(out.from, out.to));
  out.is_forming = out.finished < out.candles.size();
  out.has_older = first > 0 || !found.begins || found.begins->at < out.from;
  out.is_stale = !found.is_complete;
  out.fetched_at = fetched_at(found, need_.to, now);
  return out;
}

}  // namespace kontor::market
