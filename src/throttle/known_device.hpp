// "This device signed in to that account before": what a browser brings along to prove it.
#pragma once

#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::throttle {

/// 128 random bits that name a browser, for the throttle alone.
struct device_id {
  std::array<std::uint8_t, 16> bytes{};

  static device_id random();
  friend bool operator==(const device_id&, const device_id&) = default;
};

/// Whom a device signed in to. With a new password the epoch is another one, and every device is a stranger again: who
/// knew the old password must not have devices with free guesses at the new one.
struct device_owner {
  base::user_id id;
  std::int64_t epoch = 0;  ///< The account's security epoch.
};

/// Makes and checks the values of a cookie: `v1.<device>.<expiry>.<mac>`, device and mac in base64url, expiry in
/// seconds since 1970, mac HMAC-SHA-256 over account and value under a key derived (HKDF) from the server's. It signs
/// nobody in: it gives a device a counter of its own, so that strangers cannot lock it out. Thread-safe.
class known_devices {
 public:
  static constexpr std::chrono::seconds life = std::chrono::days(180);

  /// Throws std::invalid_argument when `server_key` is shorter than 32 bytes.
  explicit known_devices(const base::secret_bytes& server_key);

  /// The value to set after a complete sign-in of `owner`. A device that is known already keeps its id.
  std::string make(const device_owner& owner, const device_id& device, base::timestamp now) const;

  /// The device, when the value was made for this account and is valid at `now`; anything else is nullopt.
  std::optional<device_id> check(std::string_view value, const device_owner& owner, base::timestamp now) const;

 private:
  std::string mac_of(const device_owner& owner, std::string_view signed_part) const;

  base::secret_bytes key_;
};

}  // namespace kontor::throttle
