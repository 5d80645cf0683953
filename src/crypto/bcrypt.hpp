// bcrypt as libxcrypt computes it, and the strings it is stored in. No policy here: that is password_hash.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::crypto {

/// The costs that we compute. 15 is about 2 s; a stored string that asked for 31 would hold a thread for days.
inline constexpr int min_bcrypt_cost = 4;
inline constexpr int max_bcrypt_cost = 15;

/// bcrypt reads so many bytes of a password and ignores the rest.
inline constexpr std::size_t max_bcrypt_password = 72;

/// The cost of a stored bcrypt string: `$2a$`, `$2b$` or `$2y$`, two digits from 04 to 15, `$`, 22 characters of salt
/// and 31 of hash in bcrypt's own base64; nothing else is one (`$2x$`, the sign-extension bug of old, included).
std::optional<int> bcrypt_cost(std::string_view stored) noexcept;

/// A new setting `$2b$<cost>$<salt>` with a random salt. Throws crypto_failure.
std::string make_bcrypt_setting(int cost);

/// The bcrypt string of `password`, cut at 72 bytes, under a setting or a whole stored string. Throws crypto_failure
/// when libxcrypt gives none, and std::invalid_argument when the part that is read has a NUL: crypt(3) would silently
/// stop there.
std::string bcrypt(std::string_view password, const std::string& setting);

}  // namespace kontor::crypto
