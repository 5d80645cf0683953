// HMAC-SHA-256 over a JWS, through cjose. The only file that names cjose; its JWE part is never called.
#pragma once

#include "base/secret_bytes.hpp"

#include <memory>
#include <string>
#include <string_view>

struct _cjose_jwk_int;

namespace kontor::crypto {

/// RFC 7518 section 3.2: a key of at least the hash's size.
inline constexpr std::size_t min_signing_key_size = 32;

/// One symmetric key as a JWK, built once. Thread-safe: cjose only reads it.
class hs256_key {
 public:
  /// Throws std::invalid_argument when the key is shorter than min_signing_key_size, crypto_failure when cjose refuses
  /// it.
  explicit hs256_key(const base::secret_bytes& key);

  /// The compact form with the header {"alg":"HS256","typ":<type>}. Throws crypto_failure.
  std::string sign(const std::string& type, std::string_view payload) const;

  /// The MAC of a token in compact form holds. The caller has checked form and header before: cjose reads base64url and
  /// JSON more leniently than we do, and would compute whatever HMAC the header names.
  bool verify(std::string_view token) const;

 private:
  struct release {
    void operator()(_cjose_jwk_int* key) const noexcept;
  };
  std::unique_ptr<_cjose_jwk_int, release> key_;
};

}  // namespace kontor::crypto
