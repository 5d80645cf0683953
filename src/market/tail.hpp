// The newest candles of a series, which are not stored yet because they grow, or because they were heard just now.
// Pure.
#pragma once

#include "base/time.hpp"
#include "market/block.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kontor::market {

/// All candles that open before it are finished: because the exchange has shown a later one, or because they have been
/// over for `quiet` by our clock. `newest` is the opening of the newest candle that the exchange has ever shown.
std::int64_t finished_before(interval every, std::optional<std::int64_t> newest, base::timestamp now,
                             std::chrono::milliseconds quiet) noexcept;

/// All candles that open before it may be stored for ever. The same, but our clock may be wrong, and an exchange late:
/// without a later candle it counts only for what has been over for `trust`.
std::int64_t proven_before(interval every, std::optional<std::int64_t> newest, base::timestamp now,
                           std::chrono::milliseconds trust) noexcept;

class tail {
 public:
  /// The exchange was asked at `at`, when breaks() was `breaks`: `rows` are all that open at `from` or later. What is
  /// heard live, or was settled of it, is newer than an answer, which may have been on its way for a while: it only
  /// completes that.
  void asked(std::int64_t from, std::span<const candle> rows, base::timestamp at, std::uint64_t breaks);
  /// It was asked for what is right before: all that open within `known` and are not finished.
  void asked_before(time_range known, std::span<const candle> rows);
  /// Heard live: all from the first of them on, and nothing was missed since the call before.
  void heard(std::span<const candle> latest, base::timestamp at);
  /// Something may have been missed from now on, until it is heard or asked again.
  void broke() noexcept {
    is_live_ = false;
    is_doubtful_ = true;
    ++breaks_;
  }
  std::uint64_t breaks() const noexcept { return breaks_; }

  /// What opens before `line`; nullopt: nothing.
  std::optional<page> finished(std::int64_t line) const;
  /// Such candles, as they were here, need not be here any more; what was heard to be different meanwhile stays.
  void settled(const page& what);
  /// Lets go of the oldest beyond `most`: they are not known any more.
  void shorten(std::size_t most);

  /// `line`, or less where what is here was only heard: that is not sure yet.
  std::int64_t sure_before(std::int64_t line) const noexcept {
    return has_heard_ && from_ ? std::min(line, *from_) : line;
  }

  bool is_known() const noexcept { return from_.has_value(); }
  /// All candles that open at `from` or later are here, as of at(). Only when known.
  std::int64_t from() const noexcept { return from_.value_or(0); }
  base::timestamp at() const noexcept { return at_; }
  std::span<const candle> rows() const noexcept { return rows_; }
  bool is_live() const noexcept { return is_live_; }
  bool is_doubtful() const noexcept { return is_doubtful_; }

  /// Heard live, and the newest candle has not been over for longer than a short while, in which the first trade of the
  /// next one may be late.
  bool is_current(interval every, base::timestamp now) const noexcept;

 private:
  std::optional<std::int64_t> from_;
  std::vector<candle> rows_;
  base::timestamp at_;
  std::int64_t settled_to_ = 0;  // What was heard and opens before it is stored.
  std::uint64_t breaks_ = 0;
  bool is_live_ = false;
  bool has_heard_ = false;
  bool is_doubtful_ = false;
};

}  // namespace kontor::market
