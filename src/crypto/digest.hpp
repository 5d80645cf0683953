// Hashes, MACs and key derivation, from OpenSSL's EVP interface.
#pragma once

#include "base/secret_bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kontor::crypto {

using bytes = std::span<const std::uint8_t>;
using sha256_digest = std::array<std::uint8_t, 32>;
using sha384_digest = std::array<std::uint8_t, 48>;

/// FIPS 180-4.
sha256_digest sha256(bytes data);
/// RFC 2104.
sha256_digest hmac_sha256(bytes key, bytes data);
sha384_digest hmac_sha384(bytes key, bytes data);

/// HKDF with SHA-256 (RFC 5869); `length` from 1 to 255 * 32 bytes, else std::invalid_argument; `info` at most 1,024
/// bytes (a limit of OpenSSL 3.0), else crypto_failure.
base::secret_bytes hkdf_sha256(bytes key, bytes salt, bytes info, std::size_t length);

/// Equal content, in a time that depends on the lengths only. The one way to compare secrets, MACs and tokens.
bool equal_in_constant_time(bytes a, bytes b) noexcept;

}  // namespace kontor::crypto
