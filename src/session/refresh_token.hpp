// Refresh tokens: made of 256 random bits, used once, stored as their SHA-256. What happens to one that comes in is
// decided here, without a database.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "session/session_info.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::session {

/// What to do with a refresh token that was found. RFC 9700 section 4.14.2.
enum class refresh_decision {
  rotate,      ///< It is the family's newest: it gets a successor.
  repeat,      ///< It was spent a moment ago, by a second tab or a lost answer: the same successor once more.
  end_family,  ///< It was spent before: two parties have it, and nobody can tell which is honest.
  expired,     ///< The session has been idle, or has lasted, too long.
};

/// The rule. `spent_at` is nullopt for a token that was not used yet. A clock that leapt back does not lengthen the
/// grace: a token that was spent in the future was spent before.
refresh_decision decide_refresh(std::optional<base::timestamp> spent_at, const session_info& session,
                                base::timestamp now, const session_settings& settings) noexcept;

/// Hex SHA-256 of a token, however malformed; a plain hash is enough for 256 random bits.
std::string hash_of_refresh_token(std::string_view token);

/// A first token: 43 characters of base64url.
base::secret_bytes make_refresh_token();

/// Makes successors: HMAC-SHA-256 over the spent token and a salt of 256 random bits, so that whoever presents the
/// spent token within the grace gets the same successor, from every process that has the key and after a restart, while
/// the database holds nothing to make it from.
class refresh_successors {
 public:
  /// `key`: the installation's signing key; one for this purpose is derived from it.
  explicit refresh_successors(const base::secret_bytes& key);

  /// `salt`: as `make_salt` made it.
  base::secret_bytes successor_of(std::string_view token, std::string_view salt) const;
  /// 64 hexadecimal digits.
  static std::string make_salt();

 private:
  base::secret_bytes key_;
};

}  // namespace kontor::session
