// Recovery codes: how they are made, read back from what somebody typed, and hashed.
#pragma once

#include "base/secret_bytes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::factor {

inline constexpr std::size_t recovery_code_count = 10;
inline constexpr std::size_t recovery_code_digits = 16;  ///< Of 5 bits each: 80 random bits.

/// What is stored of a set of codes.
struct stored_recovery_codes {
  std::string salt;                 ///< 64 hexadecimal digits, one salt for a set.
  std::vector<std::string> hashes;  ///< See hash_of_recovery_code.
};

/// A new set: the codes to show once, and what to store.
struct recovery_code_set {
  std::vector<base::secret_bytes> codes;  ///< `abcd-efgh-jkmn-pqrs`
  stored_recovery_codes stored;
};

recovery_code_set make_recovery_codes();

/// The sixteen digits in their one form, or nullopt for a text that cannot be a code. Case, spaces and hyphens do not
/// matter, and what looks alike is read alike: o as 0, i and l as 1. (The alphabet, Crockford's base32, has no i, l, o
/// and u.)
std::optional<base::secret_bytes> normalise_recovery_code(std::string_view typed);

/// HMAC-SHA-256 of a normalised code under the salt, in hexadecimal digits. A slow hash would add nothing: nobody can
/// go through 80 random bits. The salt keeps equal codes of two people from looking equal and one search from serving
/// for all (ASVS 6.5.2).
std::string hash_of_recovery_code(const base::secret_bytes& normalised, std::string_view salt);

}  // namespace kontor::factor
