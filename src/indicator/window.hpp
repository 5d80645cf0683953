// The last so many numbers of a series, summed up: mean, spread, weighted mean, highest, lowest. Nothing is ever
// subtracted from a running sum, so nothing drifts, and what has left the window has left no trace.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace kontor::indicator {

inline constexpr int longest_period = 500;

/// 1 / count, for 1 to longest_period. A table, because a division takes longer than all else here.
inline double inverse_of(int count) noexcept {
  static constexpr auto table = [] {
    std::array<double, longest_period + 1> out{};
    for (int i = 1; i <= longest_period; ++i)
      out[static_cast<std::size_t>(i)] = 1.0 / i;
    return out;
  }();
  return table[static_cast<std::size_t>(count)];
}

// What can be summed up: `one` of a single number, and `joined` of two neighbouring pieces, the earlier first, of so
// many numbers each. All are written as differences, so that equal numbers give exactly that number, and a spread of
// exactly 0.

struct mean_of {
  double mean = 0;

  static mean_of one(double number) noexcept { return {number}; }
  static mean_of joined(mean_of a, int a_count, mean_of b, int b_count) noexcept {
    return {a.mean + (b.mean - a.mean) * (b_count * inverse_of(a_count + b_count))};
  }
};

/// Mean, and the sum of the squared distances from it: Chan, Golub and LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances" (1979), formula 2.1.
struct spread_of {
  double mean = 0;
  double squares = 0;

  static spread_of one(double number) noexcept { return {number, 0}; }
  static spread_of joined(spread_of a, int a_count, spread_of b, int b_count) noexcept {
    const double distance = b.mean - a.mean;
    const double moved = distance * (b_count * inverse_of(a_count + b_count));
    return {a.mean + moved, a.squares + b.squares + distance * moved * a_count};
  }
};

/// The mean with the weights 1, 2, 3 …, of which the latest number has the greatest.
struct weighted_mean_of {
  double mean = 0;
  double weighted = 0;

  static weighted_mean_of one(double number) noexcept { return {number, number}; }
  static weighted_mean_of joined(weighted_mean_of a, int a_count, weighted_mean_of b, int b_count) noexcept {
    // In the whole each number of b weighs a_count more than in b alone.
    const auto weight_of = [](int count) { return 0.5 * count * (count + 1); };
    const double of_b = weight_of(b_count) * (b.weighted - a.weighted);
    const double more = static_cast<double>(a_count) * b_count * (b.mean - a.weighted);
    return {mean_of::joined({a.mean}, a_count, {b.mean}, b_count).mean,
            a.weighted + (of_b + more) / weight_of(a_count + b_count)};
  }
};

struct highest_of {
  double highest = 0;

  static highest_of one(double number) noexcept { return {number}; }
  static highest_of joined(highest_of a, int, highest_of b, int) noexcept { return {std::max(a.highest, b.highest)}; }
};

struct lowest_of {
  double lowest = 0;

  static lowest_of one(double number) noexcept { return {number}; }
  static lowest_of joined(lowest_of a, int, lowest_of b, int) noexcept { return {std::min(a.lowest, b.lowest)}; }
};

/// The last `size` numbers, summed up; nullopt while there are fewer. After van Herk, "A fast algorithm for local
/// minimum and maximum filters" (1992), which works for whatever can be joined: the series is cut into blocks of
/// `size`, and a window is the end of one block joined with the beginning of the next. A push joins three times on
/// average; each `size`-th goes back over its block once. A peek joins twice.
template <class Summary>
class window {
 public:
  explicit window(int size) : size_(size), kept_(static_cast<std::size_t>(size)) {}

  std::optional<Summary> push(double number) noexcept {
    const auto block = with(number);
    const auto found = ending_with(block);
    at(position_) = Summary::one(number);
    block_ = block;
    if (++position_ == size_) begin_block();
    return found;
  }

  std::optional<Summary> peek(double number) const noexcept { return ending_with(with(number)); }

 private:
  Summary& at(int position) noexcept { return kept_[static_cast<std::size_t>(position)]; }
  const Summary& at(int position) const noexcept { return kept_[static_cast<std::size_t>(position)]; }

  Summary with(double number) const noexcept {
    const auto one = Summary::one(number);
    return position_ == 0 ? one : Summary::joined(block_, position_, one, 1);
  }

  std::optional<Summary> ending_with(const Summary& block) const noexcept {
    const int count = position_ + 1;
    if (count == size_) return block;
    if (!has_earlier_) return std::nullopt;
    return Summary::joined(at(count), size_ - count, block, count);
  }

  void begin_block() noexcept {
    for (int i = size_ - 2; i >= 0; --i)
      at(i) = Summary::joined(at(i), 1, at(i + 1), size_ - 1 - i);
    position_ = 0;
    has_earlier_ = true;
  }

  int size_;
  int position_ = 0;  ///< So many numbers are in the block that grows.
  bool has_earlier_ = false;
  Summary block_;  ///< The block that grows, summed up.
  /// Before position_ the single numbers of the block that grows; from there on the ends of the block before it: each
  /// is what stood there, joined with all after it.
  std::vector<Summary> kept_;
};

}  // namespace kontor::indicator
