// How long something took: how many were within which time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kontor::metrics {

/// The upper bounds of the buckets, which belong to them. One set for everything: what is compared must be alike. From
/// what the fastest answers take to the longest that anybody waits for.
inline constexpr std::array<std::chrono::microseconds, 12> time_bounds{{
    std::chrono::microseconds(100),
    std::chrono::microseconds(250),
    std::chrono::microseconds(500),
    std::chrono::microseconds(1'000),
    std::chrono::microseconds(2'500),
    std::chrono::microseconds(10'000),
    std::chrono::microseconds(25'000),
    std::chrono::microseconds(100'000),
    std::chrono::microseconds(250'000),
    std::chrono::microseconds(1'000'000),
    std::chrono::microseconds(2'500'000),
    std::chrono::microseconds(10'000'000),
}};

/// What a histogram held at one moment.
struct time_counts {
  /// Each bucket alone; the last one is of everything above the last bound.
  std::array<std::uint64_t, time_bounds.size() + 1> in_bucket{};
  std::chrono::nanoseconds sum{0};

  std::uint64_t count() const noexcept;
  time_counts& operator+=(const time_counts& more) noexcept;
};

/// From any thread, as counter.
class time_histogram {
 public:
  void record(std::chrono::nanoseconds took) noexcept;
  /// What is recorded at this moment may be in the buckets and not in the sum yet.
  time_counts counts() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, time_bounds.size() + 1> in_bucket_{};
  std::atomic<std::uint64_t> sum_ = 0;  // nanoseconds; full after 584 years of work
};

}  // namespace kontor::metrics
