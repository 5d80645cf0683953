// Which network addresses lie in the open Internet, and which do not.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string_view>

namespace kontor::outbound {

/// A block of addresses, such as 10.0.0.0/8.
struct network {
  boost::asio::ip::address base;
  unsigned prefix = 0;

  /// An IPv4 address that is written inside an IPv6 one (::ffff:10.0.0.1) is that IPv4 address.
  bool contains(const boost::asio::ip::address& address) const;
};

/// `10.0.0.0/8`, `fd00::/8`, without bits behind the prefix; an address alone is a block of one. nullopt: neither.
std::optional<network> parse_network(std::string_view text);

/// The name of the special range an address lies in, for logs and messages; empty for an address of the open Internet.
/// Source: the special-purpose registries of IANA (RFC 6890), and what they do not tell: addresses that carry another
/// one inside are judged by that (IPv4-mapped, NAT64 of RFC 6052) or closed as a whole (6to4, Teredo, ISATAP, local
/// NAT64); of IPv6 only 2000::/3 is open; and one address of a cloud's host that looks like a public one is closed.
std::string_view closed_range_of(const boost::asio::ip::address& address);

}  // namespace kontor::outbound
