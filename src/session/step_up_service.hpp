// Proving again that it is still the owner who sits at a session: what the acts ask for that change how an account is
// protected.
#pragma once

#include "account/account_service.hpp"
#include "factor/factor_service.hpp"
#include "session/attempts.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <string>
#include <variant>

namespace kontor::session {

struct password_proof {
  base::secret_bytes password;
};
struct code_proof {
  base::secret_bytes code;  ///< Of the app, or a recovery code.
};
using proof = std::variant<password_proof, code_proof>;

/// Runs on any loop; hashing happens on the pool. What the others are must outlive it.
class step_up_service {
 public:
  step_up_service(account::account_service& accounts, sql::database& database, session_service& sessions,
                  const factor::factor_service& factors, attempts& counted, const base::clock& clock);

  /// The session counts as proved from now on, and goes on with a new access token (ASVS 7.2.4). With a second factor
  /// on only a code is a proof, else only the password: errc::invalid_input, `/code` or `/password`, `required`, when
  /// it is the other one. errc::forbidden, types `wrong-password` and `wrong-code`; errc::too_many_requests, type
  /// `too-many-attempts`; errc::unauthenticated, type `invalid-token`, when the session was ended meanwhile;
  /// errc::unavailable, errc::overloaded, errc::storage_full.
  async::awaitable<base::result<signed_in>> prove(identity by, proof shown, client_info client);

 private:
  async::awaitable<base::result<void>> prove_by_password(identity by, base::secret_bytes password,
                                                         counted_attempt made);
  async::awaitable<base::result<void>> prove_by_code(identity by, base::secret_bytes code, counted_attempt made);
  base::result<void> mark_proved(sql::session& in, const identity& by, const counted_attempt& made) const;

  account::account_service& accounts_;
  sql::database& database_;
  session_service& sessions_;
  const factor::factor_service& factors_;
  attempts& attempts_;
  const base::clock& clock_;
};

}  // namespace kontor::session
