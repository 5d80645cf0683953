// Which web addresses the program may use, and to which network addresses it may connect for them. Decides only; asks
// no resolver and opens nothing.
#pragma once

#include "base/error.hpp"
#include "outbound/address_ranges.hpp"
#include "outbound/web_url.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

/// Who named the address.
enum class url_trust {
  operator_set,  ///< Whoever runs the program: it is used as it is.
  user_given,    ///< A user, or a server that a user named: the policy decides.
};

class egress_policy {
 public:
  /// Nothing is allowed beyond the rules.
  egress_policy() = default;

  /// EGRESS_ALLOW: each entry a host (`ollama.lan`), a host with its port (`ollama.lan:11434`, `10.0.0.7:11434`,
  /// `[fd00::7]:11434`), or a block of addresses (`10.0.0.0/8`, `fd00::/8`, `10.0.0.7`). errc::invalid_input, with the
  /// end of a sentence that names the entry in `detail`.
  static base::result<egress_policy> parse(const std::vector<std::string>& entries);

  /// May this address be asked at all? For one that a user gave: https, port 443 or at least 1024, not this machine,
  /// and no network address of a closed range; http and other ports, too, where an entry lists the host or its address.
  /// errc::invalid_input, type `address-refused`.
  base::result<void> check(const web_url& url, url_trust trust) const;

  /// May the program connect to `address` for it? To be asked about the address really connected to, each time. A host
  /// that is listed by name may have any address; for all others the address must lie in the open Internet or in a
  /// block that is listed.
  bool may_connect(const web_url& url, url_trust trust, const boost::asio::ip::address& address) const;

  /// Who is said to have named the address that `from` redirects to: an operator named one origin and no other.
  static url_trust after_redirect(const web_url& from, url_trust trust, const web_url& to);

 private:
  struct entry {
    std::string host;  // empty: a block
    std::optional<network> block;
    std::optional<std::uint16_t> port;  // nullopt: every port
  };
  bool lists(const web_url& url) const;
  bool lists_address(const boost::asio::ip::address& address, std::uint16_t port) const;

  std::vector<entry> entries_;
};

/// What a user reads who named a place that is closed.
base::error address_refused(std::string detail, std::string internal_detail);

/// Is this the machine itself by its name (RFC 6761 section 6.3)?
bool is_localhost(std::string_view host);

}  // namespace kontor::outbound
