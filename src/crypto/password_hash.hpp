// Password hashes: bcrypt of libxcrypt over a keyed pre-hash (DESIGN: bcrypt alone reads a C string of 72 bytes).
#pragma once

#include "base/secret_bytes.hpp"

#include <atomic>
#include <string>
#include <string_view>

namespace kontor::crypto {

struct password_settings {
  int cost = 12;              ///< log2 of bcrypt's rounds, 4 to 15.
  base::secret_bytes pepper;  ///< The operator's secret; empty: the fixed domain constant.
};

enum class password_match {
  no,
  yes,
  yes_but_outdated,  ///< Matches; store a new hash: the cost is lower, the scheme older, or there was no pepper yet.
};

/// Hashes and checks passwords. Thread-safe; each call costs 2^cost rounds (about 200 ms at 12): run it on the hash
/// pool.
///
/// Stored form of a new hash: `$kontor$1$<pepper id>$` + the bcrypt string `$2b$<cost>$…` taken over
/// base64(HMAC-SHA-384(k, password)), where k is the pepper or the domain constant, and the pepper id is the first 8
/// hex digits of SHA-256 over a label and the pepper, or `none`. 48 bytes are 64 base64 characters: under bcrypt's 72,
/// without NUL. Plain `$2a$`, `$2b$` and `$2y$` strings from elsewhere are checked as bcrypt does it (cut at 72 bytes)
/// and are outdated.
class password_hasher {
 public:
  explicit password_hasher(password_settings settings);

  /// Throws crypto_failure when no hash can be made; an empty or failed hash is never returned.
  std::string hash(std::string_view password) const;

  /// A stored string that cannot be read, or that names a pepper we do not have, matches nothing; it still costs one
  /// hash. Every failure takes the time of one hash at the setting's cost, or at the dearest stored cost met so far.
  password_match check(std::string_view password, std::string_view stored) const;

  /// Costs what a failing `check` costs, for the account that does not exist.
  void check_nothing(std::string_view password) const;

 private:
  /// The cost of a failure after a stored hash of cost `met` was seen.
  int raise_failure_cost(int met) const noexcept;

  password_settings settings_;
  std::string pepper_id_;
  // Every failure costs as much as the dearest hash met so far, or a hash that is dearer than the setting would tell
  // that its account exists.
  mutable std::atomic<int> failure_cost_;
};

}  // namespace kontor::crypto
