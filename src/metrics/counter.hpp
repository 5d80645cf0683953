// Numbers that rooms count for whoever watches the program. They know nothing of how they are read.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kontor::metrics {

/// Only grows. From any thread; a few nanoseconds where threads do not count into the same one at the same time, so
/// what is counted on every request has one for each loop.
class counter {
 public:
  void add(std::uint64_t more = 1) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// Goes up and down. From any thread.
class gauge {
 public:
  void set(std::int64_t to) noexcept { value_.store(to, std::memory_order_relaxed); }
  void add(std::int64_t more) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

/// One counter for each of an enumeration's values, the last of which is `last`.
template <class Enum, Enum last>
class counters {
 public:
  static constexpr std::size_t size = static_cast<std::size_t>(last) + 1;

  void add(Enum of, std::uint64_t more = 1) noexcept { each_.at(static_cast<std::size_t>(of)).add(more); }
  std::uint64_t value(Enum of) const noexcept { return each_.at(static_cast<std::size_t>(of)).value(); }

 private:
  std::array<counter, size> each_;
};

}  // namespace kontor::metrics
