// A quota of requests that refills steadily: the rule, without clock and storage.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace kontor::throttle {

/// So many requests at once, and so many in each window in the long run.
struct quota {
  std::uint32_t requests;
  std::chrono::seconds window;

  friend bool operator==(const quota&, const quota&) = default;
};

/// Tokens of one client. Holds a single number, the time at which it will be full again; a full bucket is the same as
/// none, whenever it was last used.
class token_bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  /// A quota in the terms of the clock. Throws std::invalid_argument for 0 requests, a window outside 1 s to 1 day, or
  /// more than a million requests.
  class pace {
   public:
    explicit pace(const quota& allowed);

    duration per_token() const noexcept { return per_token_; }
    duration per_bucket() const noexcept { return per_bucket_; }

   private:
    duration per_token_;
    duration per_bucket_;
  };

  /// Takes one token; false when there is none, and then nothing changes.
  bool take(const pace& at, time_point now) noexcept {
    const auto filled = std::max(full_at_, now) + at.per_token();
    if (filled - now > at.per_bucket()) return false;
    full_at_ = filled;
    return true;
  }

  /// Whole tokens left.
  std::uint32_t remaining(const pace& at, time_point now) const noexcept {
    return static_cast<std::uint32_t>(std::max(duration::zero(), at.per_bucket() - until_full(now)) / at.per_token());
  }

  duration until_full(time_point now) const noexcept { return std::max(full_at_, now) - now; }

  /// How long until take() gives one; zero: now.
  duration until_next(const pace& at, time_point now) const noexcept {
    return std::max(duration::zero(), until_full(now) + at.per_token() - at.per_bucket());
  }

  time_point full_at() const noexcept { return full_at_; }

 private:
  time_point full_at_ = time_point::min();
};

}  // namespace kontor::throttle
