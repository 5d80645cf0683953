// The request limits as HTTP sees them: counting one request, and the header fields that tell about it.
#pragma once

#include "http/response.hpp"
#include "throttle/request_limiter.hpp"

#include <array>
#include <optional>
#include <span>

namespace kontor::api {

/// What one request was counted against. Lives as long as its request is worked on.
class request_tally {
 public:
  explicit request_tally(throttle::request_limiter& limiter)
      : limiter_(limiter), now_(std::chrono::steady_clock::now()) {}

  /// Each counts the request, once. errc::too_many_requests with the time to wait; nullopt: it may go on.
  std::optional<base::error> count_address(const boost::asio::ip::address& from);
  std::optional<base::error> count_user(const base::user_id& who);

  /// The answer with `RateLimit-Policy` and `RateLimit` for the limits that were asked; without a limit, as it was.
  http::response told(http::response answer) const;

 private:
  std::optional<base::error> keep(const std::optional<throttle::limit_outcome>& outcome);

  throttle::request_limiter& limiter_;
  const throttle::request_limiter::time_point now_;
  std::array<throttle::limit_outcome, 2> asked_{};
  std::size_t count_ = 0;
};

}  // namespace kontor::api
