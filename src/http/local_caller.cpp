#include "http/local_caller.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace kontor::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::array<std::string_view, 11> fields_of_proxies{"forwarded",
                                                             "via",
                                                             "x-real-ip",
                                                             "x-client-ip",
                                                             "client-ip",
                                                             "true-client-ip",
                                                             "cf-connecting-ip",
                                                             "fly-client-ip",
                                                             "x-cluster-client-ip",
                                                             "x-original-forwarded-for",
                                                             "x-envoy-external-address"};

bool is_of_proxy(std::string_view name) {
  constexpr std::string_view forwarded = "x-forwarded-";
  if (name.size() >= forwarded.size() && base::equal_ignoring_ascii_case(name.substr(0, forwarded.size()), forwarded))
    return true;
  return std::ranges::any_of(fields_of_proxies,
                             [&](std::string_view known) { return base::equal_ignoring_ascii_case(name, known); });
}

// `localhost`, `127.0.0.1:8500`, `[::1]:8500`.
bool names_loopback(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return false;
    host = host.substr(1, end - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  if (base::equal_ignoring_ascii_case(host, "localhost")) return true;
  boost::system::error_code failure;
  const auto address = ip::make_address(std::string(host), failure);
  return !failure && address.is_loopback();
}

}  // namespace

bool is_local_caller(const request& in) {
  if (!in.client.is_loopback()) return false;
  if (std::ranges::any_of(in.headers, [](const header_view& field) { return is_of_proxy(field.name); })) return false;
  const auto host = in.header("Host");
  return host && in.count_headers("Host") == 1 && names_loopback(*host);
}

}  // namespace kontor::http
