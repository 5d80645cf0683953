#include "outbound/address_ranges.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace kontor::outbound {
namespace {

namespace ip = boost::asio::ip;

struct v4_range {
  std::array<std::uint8_t, 4> base;
  unsigned prefix;
  std::string_view name;
};

constexpr std::array closed_v4{
    v4_range{{0, 0, 0, 0}, 8, "this network"},
    v4_range{{10, 0, 0, 0}, 8, "private"},
    v4_range{{100, 64, 0, 0}, 10, "shared by a carrier"},
    v4_range{{127, 0, 0, 0}, 8, "loopback"},
    v4_range{{168, 63, 129, 16}, 32, "host of a cloud"},  // Azure: the host's agent, reached from every machine.
    v4_range{{169, 254, 0, 0}, 16, "link-local"},
    v4_range{{172, 16, 0, 0}, 12, "private"},
    v4_range{{192, 0, 0, 0}, 24, "reserved"},
    v4_range{{192, 0, 2, 0}, 24, "documentation"},
    v4_range{{192, 88, 99, 0}, 24, "6to4 relay"},
    v4_range{{192, 168, 0, 0}, 16, "private"},
    v4_range{{198, 18, 0, 0}, 15, "benchmarking"},
    v4_range{{198, 51, 100, 0}, 24, "documentation"},
    v4_range{{203, 0, 113, 0}, 24, "documentation"},
    v4_range{{224, 0, 0, 0}, 4, "multicast"},
    v4_range{{240, 0, 0, 0}, 4, "reserved"},
};

struct v6_range {
  std::array<std::uint8_t, 16> base;
  unsigned prefix;
  std::string_view name;
};

constexpr std::array closed_v6{
    v6_range{{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation"},
    // Teredo, ORCHID, benchmarking and the like; nothing that a service would have.
    v6_range{{0x20, 0x01}, 23, "reserved"},
    v6_range{{0x20, 0x02}, 16, "6to4"},
    v6_range{{0x3f, 0xff}, 20, "documentation"},
};

// Those outside 2000::/3 are closed anyway; here they get their names.
constexpr std::array named_v6{
    v6_range{{0xfe, 0x80}, 10, "link-local"},
    v6_range{{0xfe, 0xc0}, 10, "site-local"},
    v6_range{{0xfc}, 7, "private"},
    v6_range{{0xff}, 8, "multicast"},
    v6_range{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "local NAT64"},
};

constexpr std::array<std::uint8_t, 12> nat64{0x00, 0x64, 0xff, 0x9b};

template <std::size_t Size>
bool shares_prefix(const std::array<std::uint8_t, Size>& a, const std::array<std::uint8_t, Size>& b, unsigned prefix) {
  const auto whole = prefix / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const auto rest = prefix % 8;
  return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

ip::address_v4 last_four(const ip::address_v6::bytes_type& bytes) {
  return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

// The address without the clothes of another family.
ip::address undressed(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return last_four(address.to_v6().to_bytes());
  return address;
}

template <std::size_t Size>
bool is_zero_behind(const std::array<std::uint8_t, Size>& bytes, unsigned prefix) {
  for (unsigned bit = prefix; bit < Size * 8; ++bit)
    if (((bytes[bit / 8] >> (7 - bit % 8)) & 1) != 0) return false;
  return true;
}

std::string_view closed_range_of_v4(const ip::address_v4& address) {
  for (const auto& range : closed_v4)
    if (shares_prefix(address.to_bytes(), range.base, range.prefix)) return range.name;
  return {};
}

std::string_view closed_range_of_v6(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  if (address.is_loopback()) return "loopback";
  if (std::equal(nat64.begin(), nat64.end(), bytes.begin())) return closed_range_of_v4(last_four(bytes));
  for (const auto& range : named_v6)
    if (shares_prefix(bytes, range.base, range.prefix)) return range.name;
  if ((bytes[0] & 0xe0) != 0x20) return "reserved";
  for (const auto& range : closed_v6)
    if (shares_prefix(bytes, range.base, range.prefix)) return range.name;
  // ISATAP (RFC 5214): an IPv4 address of the same site behind ::0:5efe or ::200:5efe.
  if ((bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe) return "ISATAP";
  return {};
}

}  // namespace

bool network::contains(const ip::address& given) const {
  const auto address = undressed(given);
  if (address.is_v4() != base.is_v4()) return false;
  if (address.is_v4()) return shares_prefix(address.to_v4().to_bytes(), base.to_v4().to_bytes(), prefix);
  return shares_prefix(address.to_v6().to_bytes(), base.to_v6().to_bytes(), prefix);
}

std::optional<network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const std::string before(text.substr(0, slash));
  boost::system::error_code failure;
  const auto address = ip::make_address(before, failure);
  if (failure || before.find('%') != std::string::npos) return std::nullopt;
  if (address.is_v4() && address.to_string() != before) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return std::nullopt;  // One spelling: the IPv4 one.

  const unsigned most = address.is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return network{address, most};
  const auto digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, broken] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (broken != std::errc() || end != digits.data() + digits.size() || prefix > most) return std::nullopt;
  if (std::to_string(prefix) != digits) return std::nullopt;
  const bool is_exact = address.is_v4() ? is_zero_behind(address.to_v4().to_bytes(), prefix)
                                        : is_zero_behind(address.to_v6().to_bytes(), prefix);
  if (!is_exact) return std::nullopt;
  return network{address, prefix};
}

std::string_view closed_range_of(const ip::address& given) {
  const auto address = undressed(given);
  return address.is_v4() ? closed_range_of_v4(address.to_v4()) : closed_range_of_v6(address.to_v6());
}

}  // namespace kontor::outbound
