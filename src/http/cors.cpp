#include "http/cors.hpp"

namespace kontor::http {

cors_policy::cors_policy(const std::vector<std::string>& origins) {
  for (const auto& origin : origins) {
    std::string lines =
        "Vary: Origin\r\nAccess-Control-Allow-Origin: " + origin +
        "\r\nAccess-Control-Allow-Credentials: true\r\n"
        "Access-Control-Expose-Headers: ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id\r\n";
    origins_.push_back({origin, std::move(lines)});
  }
}

const cors_policy::allowed_origin* cors_policy::find(const request& in) const noexcept {
  const auto asking = in.header("origin");
  if (!asking) return nullptr;
  for (const auto& known : origins_)
    if (known.origin == *asking) return &known;
  return nullptr;
}

std::string_view cors_policy::lines_for(const request& in) const noexcept {
  if (origins_.empty()) return {};
  const auto* known = find(in);
  return known != nullptr ? std::string_view(known->lines) : "Vary: Origin\r\n";
}

std::optional<response> cors_policy::preflight(const request& in, std::string_view allow) const {
  if (in.verb != method::options || !in.header("access-control-request-method") || find(in) == nullptr)
    return std::nullopt;
  response answer(204);
  answer.set("Allow", allow)
      .set("Access-Control-Allow-Methods", allow)
      .set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match")
      .set("Access-Control-Max-Age", "600");
  return answer;
}

}  // namespace kontor::http
