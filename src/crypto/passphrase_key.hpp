// A key out of a passphrase that a person chose: scrypt (RFC 7914).
#pragma once

#include "base/secret_bytes.hpp"
#include "crypto/digest.hpp"

#include <cstddef>

namespace kontor::crypto {

/// What a guess costs: 128 * r * 2^log2_n bytes of memory, and p times the work.
struct scrypt_cost {
  int log2_n = 17;
  int r = 8;
  int p = 1;

  friend bool operator==(const scrypt_cost&, const scrypt_cost&) = default;
};

/// Costs that we compute: log2_n from 1 to 20, r from 1 to 16, p from 1 to 16. A file may ask for more, and would take
/// all memory.
bool is_bearable(const scrypt_cost& cost) noexcept;

/// `length` from 1 to 1,024 bytes. std::invalid_argument for a cost that is not bearable, or another length;
/// crypto_failure when there is no memory.
base::secret_bytes scrypt(bytes passphrase, bytes salt, const scrypt_cost& cost, std::size_t length);

}  // namespace kontor::crypto
