// The mail server of the operator, as SMTP_URL names it.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// How much the connection must be protected.
enum class smtp_security {
  tls,       ///< From the first byte: smtps://.
  starttls,  ///< Before anything else is said, or nothing is said at all.
  none,      ///< As it is.
};

struct smtp_server {
  std::string host;  ///< As in an URL: an IPv6 address in brackets.
  std::uint16_t port = 0;
  smtp_security security = smtp_security::starttls;
  std::string user;  ///< Empty: nobody signs in.
  base::secret_bytes password;
};

/// `smtp://user:password@host:port` or `smtps://…`; the port may be left out (587 and 465). User and password are
/// percent-encoded. smtp:// demands STARTTLS, unless the host is this machine or `?tls=none` says otherwise.
/// errc::invalid_input, with the end of a sentence ("must …") in `detail`, which never holds a part of the URL.
base::result<smtp_server> parse_smtp_url(std::string_view url);

}  // namespace kontor::outbound
