#include "http/client_address.hpp"

#include "base/text.hpp"
#include "http/refusal.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {
namespace {

namespace ip = boost::asio::ip;

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
std::optional<ip::address> parse_entry(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto port = entry.substr(end + 1);
    if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1)))) return std::nullopt;
    entry = entry.substr(1, end - 1);
    if (entry.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::count(entry.begin(), entry.end(), ':') == 1) {
    const auto colon = entry.find(':');
    if (!is_port(entry.substr(colon + 1))) return std::nullopt;
    entry = entry.substr(0, colon);
  }
  // A scope (`fe80::1%eth0`) means something on the proxy only.
  if (entry.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code failure;
  const auto address = ip::make_address(std::string(entry), failure);
  if (failure) return std::nullopt;
  return plain_address(address);
}

base::result<void> read_forwarded_for(request& in, std::span<const network> trusted) {
  for (auto field = in.headers.rbegin(); field != in.headers.rend(); ++field) {
    if (!base::equal_ignoring_ascii_case(field->name, "x-forwarded-for")) continue;
    std::string_view rest = field->value;
    while (true) {
      const auto comma = rest.rfind(',');
      const auto entry = parse_entry(base::trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
      if (!entry) return malformed("X-Forwarded-For is not a list of addresses.");
      in.client = *entry;
      if (!is_trusted(trusted, *entry)) return {};
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return {};
}

}  // namespace

ip::address plain_address(const ip::address& from) {
  if (from.is_v6() && from.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, from.to_v6());
  return from;
}

bool contains(const network& range, const ip::address& address) {
  if (const auto* v4 = std::get_if<ip::network_v4>(&range)) {
    if (!address.is_v4()) return false;
    return (address.to_v4().to_uint() & v4->netmask().to_uint()) == v4->network().to_uint();
  }
  const auto& v6 = std::get<ip::network_v6>(range);
  if (!address.is_v6()) return false;
  const auto bytes = address.to_v6().to_bytes();
  const auto wanted = v6.network().to_bytes();
  for (std::size_t i = 0, bits = v6.prefix_length(); i < bytes.size() && bits > 0; ++i) {
    const auto here = std::min<std::size_t>(bits, 8);
    const unsigned mask = (0xffu << (8 - here)) & 0xffu;
    if ((bytes[i] & mask) != (wanted[i] & mask)) return false;
    bits -= here;
  }
  return true;
}

bool is_trusted(std::span<const network> trusted, const ip::address& peer) {
  return std::any_of(trusted.begin(), trusted.end(), [&](const network& range) { return contains(range, peer); });
}

base::result<void> believe_proxy(request& in, std::span<const network> trusted) {
  std::string_view protocol;
  for (const auto& field : in.headers)
    if (base::equal_ignoring_ascii_case(field.name, "x-forwarded-proto")) protocol = field.value;
  if (!protocol.empty()) {
    const auto last = base::trim(protocol.substr(protocol.rfind(',') + 1));
    in.secure = base::equal_ignoring_ascii_case(last, "https");
    if (!in.secure && !base::equal_ignoring_ascii_case(last, "http"))
      return malformed("X-Forwarded-Proto is neither http nor https.");
  }
  return read_forwarded_for(in, trusted);
}

}  // namespace kontor::http
