#include "http/origin.hpp"

#include <algorithm>

namespace kontor::http {
namespace {

bool is_ours(std::string_view origin, const request& in, std::string_view own, std::span<const std::string> others) {
  if (std::ranges::find(others, origin) != others.end()) return true;
  if (!own.empty()) return origin == own;
  // Nobody told us our name. A page of another site cannot choose the Host its requests carry.
  const auto host = in.header("Host");
  return host && (origin == "http://" + std::string(*host) || origin == "https://" + std::string(*host));
}

}  // namespace

bool origin_allowed(const request& in, std::string_view own, std::span<const std::string> others) {
  if (const auto origin = in.header("Origin"))
    return in.count_headers("Origin") == 1 && is_ours(*origin, in, own, others);
  const auto site = in.header("Sec-Fetch-Site");
  return !site || *site == "same-origin" || *site == "none";
}

}  // namespace kontor::http
