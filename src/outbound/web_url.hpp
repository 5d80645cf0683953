// A web address in the one form in which it is checked, compared and used.
#pragma once

#include "base/error.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// Made by parse_web_url only; what is checked is then what is used, because nothing else is handed on.
struct web_url {
  bool is_tls = true;
  std::string host;                                 ///< In lower case; an IPv6 address without brackets.
  std::optional<boost::asio::ip::address> address;  ///< When the host is one.
  std::uint16_t port = 443;
  std::string target = "/";  ///< Path and query as they were written; begins with `/`.

  /// The host as it stands in an URL: an IPv6 address in brackets.
  std::string authority_host() const;
  /// Scheme, host and port: what a key is saved for. `https://api.example.org`, with the port when it is not the usual.
  std::string origin() const;
  std::string text() const { return origin() + target; }
  /// The same place with more behind its path: `https://host/v1` and `/models`. Only for an address without a query.
  web_url with(std::string_view more) const;
};

/// `https://host[:port][/path][?query]` or `http://…` (RFC 3986). Refused, so that there is one spelling for each host
/// and two readers cannot take it for different ones: user info, a fragment, percent-encoding or other than ASCII
/// letters, digits, `-`, `_` and `.` in the host (write an international name in its `xn--` form), an empty label, a
/// dot at the end, an IPv4 address in any form but four decimal numbers, an IPv6 address with a zone, an empty port or
/// one with leading zeros. At most 2,048 bytes. errc::invalid_input, with the end of a sentence ("must …") in `detail`,
/// which never holds a part of the text.
base::result<web_url> parse_web_url(std::string_view text);

/// Where a `Location` leads from here (RFC 9110 section 10.2.2), without its fragment; the same rules.
base::result<web_url> follow(const web_url& from, std::string_view location);

}  // namespace kontor::outbound
