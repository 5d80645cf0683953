// From what is known of a series to what a reader is shown. Pure.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "market/block.hpp"
#include "market/market_service.hpp"
#include "market/market_statements.hpp"
#include "market/tail.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace kontor::market {

/// What is known of a range of a series at one moment.
struct gathered {
  std::vector<shared_block> blocks;  ///< In order.
  tail newest;
  std::optional<beginning> begins;
  std::int64_t line = 0;     ///< All that open before it are finished for sure (finished_before, tail::sure_before).
  bool has_any = false;      ///< Something of the series is stored, if not of the range.
  bool is_complete = false;  ///< Nothing of the range is missing.
  base::error why = {};      ///< Otherwise: why not.
};

/// What is to be gathered for a request.
class candle_question {
 public:
  candle_question(candle_request what, base::timestamp now);

  const series& of() const noexcept { return what_.of; }
  /// Nothing can be in it.
  bool is_empty() const noexcept { return need_.from >= need_.to; }
  time_range need() const noexcept { return need_; }
  /// Because candles are missing where nothing was traded, less was found than asked for: looks further back. False:
  /// all is there, or there is no more.
  bool widen(const gathered& found, const candle_answer& shown);
  candle_answer answer(const gathered& found, base::timestamp now) const;

 private:
  const candle_request what_;
  std::int64_t from_ = 0;  // Of what is shown.
  time_range need_;
  bool is_open_ = false;  // Up to now.
};

/// The milliseconds since 1970 of a point in time.
std::int64_t to_milliseconds(base::timestamp at) noexcept;

}  // namespace kontor::market
