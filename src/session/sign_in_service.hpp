// The ways into an account: registration, password, setup link; and what asks for the password again. Each way ends in
// a session that is stored in the same transaction as what let the account in.
#pragma once

#include "account/account_service.hpp"
#include "account/user_repository.hpp"
#include "audit/audit_log.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <string>

namespace kontor::session {

/// Runs on any loop; hashing happens on the pool. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class sign_in_service {
 public:
  sign_in_service(account::account_service& accounts, account::user_repository& users, sql::database& database,
                  session_service& sessions, const audit::audit_log& audit, const base::clock& clock);

  /// errc::forbidden (types `registration-closed`, `registration-not-allowed`), errc::invalid_input with a field error
  /// for
  /// `/email` and `/password` both, errc::conflict (type `email-taken`).
  async::awaitable<base::result<signed_in>> register_user(std::string email, base::secret_bytes password,
                                                          client_info client);

  /// errc::unauthenticated, type `invalid-credentials`, whatever was wrong, after the time of one hash.
  async::awaitable<base::result<signed_in>> log_in(std::string email, base::secret_bytes password, client_info client);

  /// Sets the password, ends all sessions and signs in. errc::not_found, type `link-not-valid`; errc::invalid_input
  /// with a field error for `/password`; a refused password does not use the link up.
  async::awaitable<base::result<signed_in>> claim_setup_link(base::secret_bytes token, base::secret_bytes password,
                                                             client_info client);

  /// Ends every session but this one, which goes on with a new access token. errc::forbidden, type `wrong-password`,
  /// when `current` is not the password; errc::invalid_input with a field error for `/new_password`.
  async::awaitable<base::result<signed_in>> change_password(identity by, base::secret_bytes current,
                                                            base::secret_bytes renewed, client_info client);

 private:
  void note(sql::session& in, const base::user_id& owner, audit::action what, const client_info& client) const;

  account::account_service& accounts_;
  account::user_repository& users_;
  sql::database& database_;
  session_service& sessions_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
};

}  // namespace kontor::session
