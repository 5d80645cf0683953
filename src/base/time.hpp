// Points in time and the clock that tells them. Time spans are std::chrono durations everywhere.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::base {

/// Microseconds since 1970 in UTC: what the database stores.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the time; tests give it another hand.
class clock {
 public:
  virtual ~clock() = default;
  /// Safe to call from every thread.
  virtual timestamp now() const noexcept = 0;
};

class system_clock final : public clock {
 public:
  timestamp now() const noexcept override;
};

/// A clock that stands still until it is moved.
class manual_clock final : public clock {
 public:
  explicit manual_clock(timestamp start) noexcept : now_(start.time_since_epoch().count()) {}
  timestamp now() const noexcept override { return timestamp(std::chrono::microseconds(now_.load())); }
  void advance(std::chrono::microseconds by) noexcept { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

/// RFC 3339 with `Z`: `2026-11-23T06:02:21Z`, with six digits of fraction when there is one.
std::string to_rfc3339(timestamp at);

/// Exactly a date-time of RFC 3339 section 5.6 with capital `T` and `Z` (or an offset), up to six digits of fraction
/// and no leap second; anything else is nullopt.
std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept;

inline std::int64_t to_microseconds(timestamp at) noexcept {
  return at.time_since_epoch().count();
}
inline timestamp from_microseconds(std::int64_t count) noexcept {
  return timestamp(std::chrono::microseconds(count));
}

}  // namespace kontor::base
