// Under which names failures are counted. Nothing can be read back from a name.
#pragma once

#include "base/secret_bytes.hpp"
#include "throttle/known_device.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>

namespace kontor::throttle {

/// What counts as one client: an IPv4 address, also when it came in over IPv6 (`::ffff:192.0.2.1`), or the /64 of an
/// IPv6 address, because that is what one subscriber gets at least.
boost::asio::ip::address counted_address(const boost::asio::ip::address& from);

/// Makes the keys of counters: lower-case hex of HMAC-SHA-256 over the kind and the value, under a key derived from the
/// server's, so that a stolen database does not tell who tried to sign in from where (a plain hash would: addresses are
/// few). Another server key means other names: every counter starts anew. Thread-safe.
class counter_keys {
 public:
  /// Throws std::invalid_argument when `server_key` is shorter than 32 bytes.
  explicit counter_keys(const base::secret_bytes& server_key);

  /// `account`: one text for every spelling of the account, or whatever was typed when it is none.
  std::string of_account(std::string_view account) const;
  std::string of_device(const device_id& device, std::string_view account) const;
  std::string of_address(const boost::asio::ip::address& address) const;

 private:
  std::string name_of(std::string_view kind, std::string_view value) const;

  base::secret_bytes key_;
};

}  // namespace kontor::throttle
