// Fernet tokens: AES-128 in CBC mode, then HMAC-SHA-256 over everything, as github.com/fernet/spec describes them.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::crypto {

/// How old a token may be, for uses in which it ages.
struct fernet_age {
  base::timestamp now;
  std::chrono::seconds life;            ///< Refused when it was made longer ago than this.
  std::chrono::seconds clock_skew{60};  ///< Refused when it was made further in the future than this.
};

/// Seals and opens with one key. Thread-safe: it holds the key only.
///
/// A token says nothing about what it is for: one that was moved to another row opens there. Derive the key from its
/// owner, or put the owner into the plaintext, or both.
class fernet {
 public:
  static constexpr std::size_t key_size = 32;
  static constexpr std::size_t iv_size = 16;

  /// `key`: 16 bytes for the MAC, then 16 bytes for AES. Another size is std::invalid_argument.
  explicit fernet(const base::secret_bytes& key);

  /// base64url with padding. Throws crypto_failure when there is no randomness, std::invalid_argument for a plaintext
  /// of 1 GiB and more. The time goes in as whole seconds, readable for everybody; before 1970 it is written as 1970.
  std::string seal(bytes plaintext, base::timestamp now) const;
  /// The same with a given IV: for the vectors of the specification. An IV that repeats, or that somebody can foresee,
  /// betrays what was sealed.
  std::string seal_with_iv(bytes plaintext, base::timestamp now, const std::array<std::uint8_t, iv_size>& iv) const;

  /// The plaintext, or nullopt for anything but an unchanged token of this key, without a reason: who may choose tokens
  /// learns nothing from the difference. The MAC is compared in constant time before anything is decrypted. A token is
  /// never too old.
  std::optional<base::secret_bytes> open(std::string_view token) const;
  /// The same for a token that must have been made lately.
  std::optional<base::secret_bytes> open(std::string_view token, const fernet_age& age) const;

 private:
  bytes signing_key() const noexcept { return key_.bytes().first(16); }
  bytes encryption_key() const noexcept { return key_.bytes().subspan(16); }
  std::optional<base::secret_bytes> open(std::string_view token, const fernet_age* age) const;

  base::secret_bytes key_;
};

}  // namespace kontor::crypto
