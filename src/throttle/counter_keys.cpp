#include "throttle/counter_keys.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::throttle {

namespace ip = boost::asio::ip;

ip::address counted_address(const ip::address& from) {
  if (from.is_v4()) return from;
  const auto v6 = from.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes);  // without the scope
}

counter_keys::counter_keys(const base::secret_bytes& server_key) {
  if (server_key.size() < 32) throw std::invalid_argument("The server's key must have 32 bytes at least.");
  key_ = crypto::hkdf_sha256(server_key.bytes(), {}, base::as_bytes("kontor login counters"), 32);
}

// The kinds hold no bar, so no value of one kind can look like another.
std::string counter_keys::name_of(std::string_view kind, std::string_view value) const {
  std::string named(kind);
  named += '|';
  named += value;
  return base::to_hex(crypto::hmac_sha256(key_.bytes(), base::as_bytes(named)));
}

std::string counter_keys::of_account(std::string_view account) const {
  return name_of("account", account);
}

std::string counter_keys::of_device(const device_id& device, std::string_view account) const {
  std::string value = base::to_base64url(device.bytes);
  value += '|';
  value += account;
  return name_of("device", value);
}

std::string counter_keys::of_address(const ip::address& address) const {
  return name_of("address", counted_address(address).to_string());
}

}  // namespace kontor::throttle
