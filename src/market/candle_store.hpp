// Finished candles, in the database and the ones read last in memory.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "market/block.hpp"
#include "market/market_statements.hpp"
#include "market/series.hpp"
#include "sql/database.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace kontor::market {

/// Blocks in memory, the one that was not used for the longest time goes first. Thread-safe.
class block_cache {
 public:
  explicit block_cache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// nullptr: not here.
  shared_block find(const series& of, block_number number);
  /// When a newer version is here, only what that does not know. Returns what is here now.
  shared_block keep(const series& of, shared_block one);
  void drop(const series& of);
  std::size_t bytes() const;

 private:
  using key = std::pair<series, block_number>;
  struct slot {
    shared_block what;
    std::list<key>::iterator used;
  };
  mutable std::mutex mutex_;
  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::map<key, slot> slots_;
  std::list<key> by_use_;  // The last used first.
};

/// What is known of a series in the database.
struct stored_series {
  std::vector<shared_block> blocks;  ///< All that were asked for, in order; those that are not stored are empty.
  std::optional<beginning> begins;
  bool has_any = false;  ///< Of the whole series.
};

struct series_page {
  series of;
  page what;
};
struct series_block {
  series of;
  shared_block what;
};
struct merged_pages {
  std::vector<series_block> blocks;            ///< All that were touched, as they are now.
  std::optional<base::error> not_stored = {};  ///< They are in memory only.
};

/// Thread-safe; errors of the database.
class candle_store {
 public:
  candle_store(sql::database& database, const base::clock& clock, std::size_t cache_bytes)
      : database_(database), clock_(clock), cache_(cache_bytes) {}

  /// From memory, without a question: nullptr for one that is not there.
  shared_block cached(const series& of, block_number number) { return cache_.find(of, number); }

  /// From the database, whatever memory says: another program may have stored more.
  async::awaitable<base::result<stored_series>> load(series of, block_number first, block_number last);

  /// Merges what was learned, all in one transaction. When it cannot be stored it is merged in memory all the same.
  async::awaitable<merged_pages> merge(std::vector<series_page> pages);

  /// Is a candle stored that opens before `time`?
  async::awaitable<base::result<bool>> has_before(series of, std::int64_t time);
  async::awaitable<base::result<void>> set_beginning(series of, beginning what);
  /// They were read: they are not removed for a while.
  async::awaitable<base::result<void>> note_read(std::vector<series> which);
  /// Removes what nobody read since `then`, each series in a transaction of its own; returns how many.
  async::awaitable<base::result<std::size_t>> purge_unread(base::timestamp then);

  std::size_t cached_bytes() const { return cache_.bytes(); }

 private:
  merged_pages merge_in_memory(const std::vector<series_page>& pages, base::error why);

  sql::database& database_;
  const base::clock& clock_;
  block_cache cache_;
};

}  // namespace kontor::market
