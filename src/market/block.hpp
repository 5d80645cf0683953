// Finished candles as they are stored: a fixed piece of the time of a series, with what is known of it. Pure.
#pragma once

#include "market/candle_range.hpp"
#include "market/coverage.hpp"
#include "market/market_source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::market {

/// Number `n` holds the candles that open within [n, n + 1) times the time of a block.
using block_number = std::int64_t;
/// The time of 500 candles, in milliseconds; of months, 500 times 31 days.
std::int64_t block_time(interval every) noexcept;
block_number block_of(interval every, std::int64_t time) noexcept;
time_range range_of(interval every, block_number which) noexcept;

/// Finished candles that were learned together: all that open within `known`, which may be none.
struct page {
  time_range known;
  std::vector<candle> candles;  ///< Sorted, each time once, within `known`.
};

struct block {
  block_number number = 0;
  coverage known;  ///< Within it, what has no candle had no trade.
  std::shared_ptr<const candle_columns> candles = std::make_shared<const candle_columns>();
  std::int64_t version = 0;     ///< Grows with each change in the database; 0: it is not there.
  std::int64_t fetched_at = 0;  ///< Microseconds since 1970: when the exchange was asked or heard last.

  std::size_t bytes() const noexcept { return sizeof *this + candles->bytes(); }
};
using shared_block = std::shared_ptr<const block>;

/// With the candles of `more` that open within the block, which win over those that are there.
block merge(interval every, const block& old, const page& more, std::int64_t fetched_at);

/// Columns as text, one line each.
std::string body_of(const candle_columns& candles);
/// nullptr: not what body_of writes, or candles outside `within`, or without order.
std::shared_ptr<const candle_columns> parse_body(std::string_view text, time_range within);

bool is_finite(const candle& row) noexcept;

/// What an exchange sent, as promised by market_source, whatever it sent: sorted, each time once (the later row wins),
/// within the range, all numbers finite.
std::vector<candle> tidy(std::vector<candle> rows, time_range within);

}  // namespace kontor::market
