// How many requests an address and a user may send: asked on every request, kept in memory only.
#pragma once

#include "base/error.hpp"
#include "base/id.hpp"
#include "metrics/counter.hpp"
#include "throttle/bucket_table.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::throttle {

struct request_limiter_settings {
  std::optional<quota> per_address = quota{1200, std::chrono::seconds(60)};  ///< nullopt: no limit.
  std::optional<quota> per_user = quota{600, std::chrono::seconds(60)};
  std::size_t addresses = 65'536;  ///< Clients that are remembered at once, for 24 bytes each.
  std::size_t users = 16'384;
};

/// What a request met, and what the header fields need.
struct limit_outcome {
  bool allowed = true;
  std::string_view policy;              ///< `address` or `user`.
  quota allowance;                      ///< In the long run, and at once.
  std::uint32_t remaining = 0;          ///< Requests that may follow at once.
  std::chrono::seconds reset{0};        ///< Until all of them may again, rounded up.
  std::chrono::seconds retry_after{0};  ///< Until one may again, rounded up; zero when one may now.
};

/// Thread-safe; no call waits for another except for a few dozen nanoseconds, and none allocates. `now` is the
/// caller's, so that one reading of the clock serves both limits.
class request_limiter {
 public:
  using time_point = token_bucket::time_point;

  /// Throws std::invalid_argument for a quota that is none (see token_bucket::pace).
  explicit request_limiter(const request_limiter_settings& settings);

  /// Counts the request. All addresses of an IPv6 /64 are one. nullopt: there is no limit.
  std::optional<limit_outcome> check_address(const boost::asio::ip::address& from, time_point now) noexcept;
  std::optional<limit_outcome> check_user(const base::user_id& who, time_point now) noexcept;

  /// For the metrics: how often a client that was not idle was forgotten because the table was full.
  std::uint64_t crowded_out() const;
  /// Requests that were refused.
  std::uint64_t refused_by_address() const noexcept { return refused_addresses_.value(); }
  std::uint64_t refused_by_user() const noexcept { return refused_users_.value(); }

 private:
  struct limit {
    limit(std::string_view name, const quota& allowed, std::size_t clients)
        : policy(name), allowance(allowed), buckets(allowed, clients) {}
    limit_outcome check(const bucket_key& client, time_point now) noexcept;

    std::string_view policy;
    quota allowance;
    bucket_table buckets;
  };

  std::optional<limit> addresses_;
  std::optional<limit> users_;
  metrics::counter refused_addresses_;
  metrics::counter refused_users_;
};

/// errc::too_many_requests with the time to wait.
base::error too_many_requests(const limit_outcome& refused);

/// Appends the values of the header fields of draft-ietf-httpapi-ratelimit-headers-10, one item for each limit that was
/// asked: `RateLimit-Policy: "user";q=600;w=60` and `RateLimit: "user";r=599;t=1`. They do not allocate beyond what
/// `to` needs: every answer carries them.
void append_policy_field(std::string& to, std::span<const limit_outcome> asked);
void append_rate_limit_field(std::string& to, std::span<const limit_outcome> asked);

}  // namespace kontor::throttle
