// What stands between the password and the code: a token that says "the first factor was right", good for this and
// nothing else.
#pragma once

#include "account/user.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/session.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace kontor::session {

/// A sign-in that waits for its second factor.
struct challenge {
  base::secret_bytes token;  ///< 43 characters of base64url; stored as their SHA-256.
  std::chrono::seconds expires_in{0};
};

inline constexpr std::chrono::seconds challenge_life = std::chrono::minutes(5);

namespace statements {

/// Stores it for the account in its present epoch, and removes those that have expired.
void insert_challenge(sql::session& in, const account::user& owner, std::string_view token_hash, base::timestamp now);
/// Whose sign-in it is: nullopt when it was used, has expired at `now`, never existed, or the account has another
/// epoch by now or is deactivated.
std::optional<account::user> find_challenge(sql::session& in, std::string_view token_hash, base::timestamp now);
/// Uses it up: true for one caller only.
bool take_challenge(sql::session& in, std::string_view token_hash, base::timestamp now);

}  // namespace statements

}  // namespace kontor::session
