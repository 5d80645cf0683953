#include "throttle/known_device.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace kontor::throttle {
namespace {

constexpr std::string_view version = "v1.";
constexpr std::size_t device_size = 22;  // 16 bytes in base64url
constexpr std::size_t mac_size = 43;     // 32 bytes in base64url
constexpr std::size_t most_digits = 12;

std::int64_t to_seconds(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

std::optional<std::int64_t> parse_seconds(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > most_digits) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return seconds;
}

}  // namespace

device_id device_id::random() {
  return {crypto::random_array<16>()};
}

known_devices::known_devices(const base::secret_bytes& server_key) {
  if (server_key.size() < 32) throw std::invalid_argument("The server's key must have 32 bytes at least.");
  key_ = crypto::hkdf_sha256(server_key.bytes(), {}, base::as_bytes("kontor known device"), 32);
}

// An id has 36 characters and the number ends at the blank, so nothing can be shifted.
std::string known_devices::mac_of(const device_owner& owner, std::string_view signed_part) const {
  auto text = owner.id.str() + std::to_string(owner.epoch);
  text += ' ';
  text += signed_part;
  return base::to_base64url(crypto::hmac_sha256(key_.bytes(), base::as_bytes(text)));
}

std::string known_devices::make(const device_owner& owner, const device_id& device, base::timestamp now) const {
  std::string value(version);
  value += base::to_base64url(device.bytes);
  value += '.';
  value += std::to_string(to_seconds(now + life));
  const auto mac = mac_of(owner, value);
  value += '.';
  value += mac;
  return value;
}

std::optional<device_id> known_devices::check(std::string_view value, const device_owner& owner,
                                              base::timestamp now) const {
  // 1. The form: every part where it must be, and nothing else.
  constexpr auto device_end = version.size() + device_size;
  constexpr auto shortest = device_end + 1 + 1 + 1 + mac_size;
  if (value.size() < shortest || value.size() > shortest - 1 + most_digits || !value.starts_with(version))
    return std::nullopt;
  const auto signed_size = value.size() - mac_size - 1;
  if (value[device_end] != '.' || value[signed_size] != '.') return std::nullopt;

  // 2. The signature, before anything is read from it.
  const auto expected = mac_of(owner, value.substr(0, signed_size));
  if (!crypto::equal_in_constant_time(base::as_bytes(expected), base::as_bytes(value.substr(signed_size + 1))))
    return std::nullopt;

  // 3. What we once wrote.
  const auto device = base::from_base64url(value.substr(version.size(), device_size));
  const auto expiry = parse_seconds(value.substr(device_end + 1, signed_size - device_end - 1));
  if (!device || !expiry || to_seconds(now) >= *expiry) return std::nullopt;
  device_id known;
  std::copy(device->begin(), device->end(), known.bytes.begin());
  return known;
}

}  // namespace kontor::throttle
