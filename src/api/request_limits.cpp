#include "api/request_limits.hpp"

#include <string>

namespace kontor::api {
namespace {

// Both fields with both limits and the largest numbers fit.
constexpr std::size_t usual_size = 192;

}  // namespace

std::optional<base::error> request_tally::count_address(const boost::asio::ip::address& from) {
  return keep(limiter_.check_address(from, now_));
}

std::optional<base::error> request_tally::count_user(const base::user_id& who) {
  return keep(limiter_.check_user(who, now_));
}

std::optional<base::error> request_tally::keep(const std::optional<throttle::limit_outcome>& outcome) {
  if (!outcome) return std::nullopt;
  asked_.at(count_++) = *outcome;
  if (outcome->allowed) return std::nullopt;
  return throttle::too_many_requests(*outcome);
}

http::response request_tally::told(http::response answer) const {
  if (count_ == 0) return answer;
  const auto asked = std::span(asked_).first(count_);
  std::string lines;
  lines.reserve(usual_size);
  lines += "RateLimit-Policy: ";
  throttle::append_policy_field(lines, asked);
  lines += "\r\nRateLimit: ";
  throttle::append_rate_limit_field(lines, asked);
  lines += "\r\n";
  answer.add_lines(std::move(lines));
  return answer;
}

}  // namespace kontor::api
