// Candles in the order of time, as they are handed out: pieces of blocks that many readers share, never copied.
#pragma once

#include "market/candle.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kontor::market {

/// Candles in columns, and each column as text: numbers of JSON with commas between, each in the shortest form that
/// reads back to the same double (json::append_number). Made once, then never changed.
class candle_columns {
 public:
  static constexpr std::size_t count = 1 + candle_numbers.size();  ///< The time and these.

  candle_columns() = default;
  explicit candle_columns(std::vector<candle> rows);
  /// With texts that are known to be those of the rows.
  candle_columns(std::vector<candle> rows, std::array<std::string, count> texts);

  const std::vector<candle>& rows() const noexcept { return rows_; }
  const std::string& text(std::size_t column) const noexcept { return texts_[column]; }
  std::size_t bytes() const noexcept;

 private:
  std::vector<candle> rows_;
  std::array<std::string, count> texts_;
};

/// Sorted, each time once. Keeps what it shows alive; copies are cheap.
class candle_range {
 public:
  using shared = std::shared_ptr<const candle_columns>;

  /// Appends candles `first` to `last` (exclusive) of `from`; they follow those that are here. An empty piece is
  /// nothing.
  void append(shared from, std::size_t first, std::size_t last);

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// In a time that grows with the number of blocks. `i` is less than size().
  const candle& at(std::size_t i) const noexcept;
  const candle& front() const noexcept { return at(0); }
  const candle& back() const noexcept { return at(size_ - 1); }
  /// Calls `each(const candle&)` in their order.
  template <class Each>
  void for_each(Each each) const {
    for (const auto& piece : pieces_)
      for (auto i = piece.first; i < piece.last; ++i)
        each(piece.from->rows()[i]);
  }

  /// The number of those that open before `time`.
  std::size_t first_from(std::int64_t time) const noexcept;

  /// So many of them from `first` on, at most as many as there are.
  candle_range part(std::size_t first, std::size_t count = static_cast<std::size_t>(-1)) const;

  /// Appends the numbers of one column with commas between.
  void append_text(std::size_t column, std::string& out) const;
  /// `{"time":[…],"open":[…],"high":[…],"low":[…],"close":[…],"volume":[…],"quote_volume":[…]}`: member `candles` of
  /// schema ChartData. For 20,000 candles about a millisecond.
  std::string to_json() const;

 private:
  struct piece {
    shared from;
    std::size_t first = 0;
    std::size_t last = 0;
  };
  std::vector<piece> pieces_;
  std::size_t size_ = 0;
};

}  // namespace kontor::market
