#include "market/candle_store.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <string>

namespace kontor::market {
namespace {

constexpr std::int64_t purged_at_once = 100;

// An older version may still know what the newer one does not: after somebody purged the series, versions begin anew.
shared_block join(interval every, const block& newer, const block& older) {
  auto out = newer;
  for (const auto& range : older.known.ranges()) {
    if (newer.known.contains(range)) continue;
    const auto& rows = older.candles->rows();
    const auto first = std::ranges::lower_bound(rows, range.from, {}, &candle::time);
    const auto last = std::ranges::lower_bound(rows, range.to, {}, &candle::time);
    out = merge(every, out, {.known = range, .candles = {first, last}}, older.fetched_at);
  }
  return std::make_shared<const block>(std::move(out));
}

}  // namespace

shared_block block_cache::find(const series& of, block_number number) {
  const std::scoped_lock lock(mutex_);
  const auto found = slots_.find({of, number});
  if (found == slots_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second.used);
  return found->second.what;
}

shared_block block_cache::keep(const series& of, shared_block one) {
  const std::scoped_lock lock(mutex_);
  const key at{of, one->number};
  const auto found = slots_.find(at);
  if (found != slots_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second.used);
    if (found->second.what->version > one->version) one = join(of.every, *found->second.what, *one);
    bytes_ -= found->second.what->bytes();
    bytes_ += one->bytes();
    found->second.what = one;
  } else {
    by_use_.push_front(at);
    slots_.emplace(at, slot{.what = one, .used = by_use_.begin()});
    bytes_ += one->bytes();
  }
  while (bytes_ > most_bytes_ && slots_.size() > 1) {
    const auto oldest = slots_.find(by_use_.back());
    bytes_ -= oldest->second.what->bytes();
    slots_.erase(oldest);
    by_use_.pop_back();
  }
  return one;
}

void block_cache::drop(const series& of) {
  const std::scoped_lock lock(mutex_);
  const auto first = slots_.lower_bound({of, std::numeric_limits<block_number>::min()});
  auto last = first;
  for (; last != slots_.end() && last->first.first == of; ++last) {
    bytes_ -= last->second.what->bytes();
    by_use_.erase(last->second.used);
  }
  slots_.erase(first, last);
}

std::size_t block_cache::bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

async::awaitable<base::result<stored_series>> candle_store::load(series of, block_number first, block_number last) {
  struct found {
    std::vector<block> blocks;
    std::optional<beginning> begins;
    bool has_any = false;
  };
  auto job = [of, first, last](sql::session& in) {
    found out;
    out.blocks = statements::list_blocks(in, of, first, last);
    out.begins = statements::find_beginning(in, of);
    out.has_any = !out.blocks.empty() || statements::has_blocks(in, of);
    return out;
  };
  auto read = co_await database_.read(std::move(job));
  if (!read) co_return read.error();
  stored_series out;
  out.begins = read->begins;
  out.has_any = read->has_any;
  auto next = read->blocks.begin();
  for (auto number = first; number <= last; ++number) {
    std::shared_ptr<block> one;
    if (next != read->blocks.end() && next->number == number) {
      one = std::make_shared<block>(std::move(*next++));
    } else {
      one = std::make_shared<block>();
      one->number = number;
    }
    out.blocks.push_back(cache_.keep(of, std::move(one)));
  }
  co_return out;
}

merged_pages candle_store::merge_in_memory(const std::vector<series_page>& pages, base::error why) {
  base::log(base::log_level::warning, "candles could not be stored", {{"detail", why.internal_detail}});
  merged_pages out{.blocks = {}, .not_stored = std::move(why)};
  const auto now = base::to_microseconds(clock_.now());
  for (const auto& [of, what] : pages) {
    const auto last = block_of(of.every, what.known.to - 1);
    for (auto number = block_of(of.every, what.known.from); number <= last; ++number) {
      block none;
      none.number = number;
      const auto old = cache_.find(of, number);
      auto merged = std::make_shared<const block>(market::merge(of.every, old ? *old : none, what, now));
      out.blocks.push_back({of, cache_.keep(of, std::move(merged))});
    }
  }
  return out;
}

async::awaitable<merged_pages> candle_store::merge(std::vector<series_page> pages) {
  std::erase_if(pages, [](const auto& one) { return one.what.known.from >= one.what.known.to; });
  if (pages.empty()) co_return merged_pages();
  // In one order, so that two programs do not wait for each other.
  std::ranges::sort(pages, {}, [](const auto& one) { return std::pair(name_of(one.of), one.what.known.from); });
  auto job = [pages, now = clock_.now()](sql::session& in) {
    std::vector<std::pair<series, block>> out;
    for (const auto& [of, what] : pages) {
      statements::keep_series(in, of, now);
      for (auto& one : statements::merge_page(in, of, what, now))
        out.emplace_back(of, std::move(one));
    }
    return out;
  };
  base::error why;
  try {
    auto merged = co_await database_.write(std::move(job));
    if (merged) {
      merged_pages out;
      for (auto& [of, one] : *merged)
        out.blocks.push_back({of, cache_.keep(of, std::make_shared<const block>(std::move(one)))});
      co_return out;
    }
    why = merged.error();
  } catch (const std::exception& broken) {
    why.internal_detail = broken.what();
  }
  co_return merge_in_memory(pages, std::move(why));
}

async::awaitable<base::result<bool>> candle_store::has_before(series of, std::int64_t time) {
  auto job = [of, time](sql::session& in) {
    const auto number = block_of(of.every, time);
    if (statements::has_candles_before(in, of, number)) return true;
    const auto here = statements::list_blocks(in, of, number, number);
    return std::ranges::any_of(here, [time](const auto& one) {
      const auto& rows = one.candles->rows();
      return !rows.empty() && rows.front().time < time;
    });
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<void>> candle_store::set_beginning(series of, beginning what) {
  auto job = [of, what, now = clock_.now()](sql::session& in) {
    statements::keep_series(in, of, now);
    statements::set_beginning(in, of, what);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> candle_store::note_read(std::vector<series> which) {
  std::ranges::sort(which, {}, [](const auto& one) { return name_of(one); });
  auto job = [which = std::move(which), now = clock_.now()](sql::session& in) {
    for (const auto& one : which)
      (void)statements::note_read(in, one, now);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::size_t>> candle_store::purge_unread(base::timestamp then) {
  std::size_t removed = 0;
  while (true) {
    auto look = [then](sql::session& in) { return statements::list_unread(in, then, purged_at_once); };
    const auto due = co_await database_.read(std::move(look));
    if (!due) co_return due.error();
    for (const auto& name : *due) {
      auto job = [name, then](sql::session& in) { return statements::remove_unread(in, name, then); };
      const auto done = co_await database_.write(std::move(job));
      if (!done) co_return done.error();
      if (*done) ++removed;
    }
    if (static_cast<std::int64_t>(due->size()) < purged_at_once) co_return removed;
  }
}

}  // namespace kontor::market
