// Which times are known, as a set: arithmetic of ranges, nothing else.
#pragma once

#include "market/market_source.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::market {

/// Ranges [from, to) that neither touch nor overlap, in order.
class coverage {
 public:
  coverage() = default;
  explicit coverage(time_range one) { add(one); }

  /// An empty or inverted range is nothing.
  void add(time_range more);
  void add(const coverage& more);

  bool contains(time_range all) const noexcept;
  /// What of `within` is not here, in order.
  std::vector<time_range> missing(time_range within) const;
  /// Without what is outside.
  coverage within(time_range limits) const;

  std::span<const time_range> ranges() const noexcept { return ranges_; }
  bool empty() const noexcept { return ranges_.empty(); }

  /// `1000-2000,3000-4000`; empty text: nothing.
  std::string to_text() const;
  /// Exactly what to_text writes; anything else is nullopt.
  static std::optional<coverage> parse(std::string_view text);

  friend bool operator==(const coverage&, const coverage&) = default;

 private:
  std::vector<time_range> ranges_;
};

}  // namespace kontor::market
