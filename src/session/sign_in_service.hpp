// The ways into an account: registration, password, setup link; and the change of the password. Each way ends at the
// entrance, in the same transaction as what let the account in.
#pragma once

#include "account/account_service.hpp"
#include "account/user_repository.hpp"
#include "session/attempts.hpp"
#include "session/entrance.hpp"
#include "session/session_service.hpp"

#include <string>

namespace kontor::session {

/// Runs on any loop; hashing happens on the pool. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class sign_in_service {
 public:
  sign_in_service(account::account_service& accounts, account::user_repository& users, session_service& sessions,
                  attempts& counted, entrance& door, const base::clock& clock);

  /// errc::forbidden (types `registration-closed`, `registration-not-allowed`), errc::invalid_input with a field error
  /// for
  /// `/email` and `/password` both, errc::conflict (type `email-taken`).
  async::awaitable<base::result<signed_in>> register_user(std::string email, base::secret_bytes password,
                                                          client_info client);

  /// errc::unauthenticated, type `invalid-credentials`, whatever was wrong, after the time of one hash;
  /// errc::too_many_requests, type `too-many-attempts`, for accounts that exist and those that do not alike.
  async::awaitable<base::result<entry>> log_in(std::string email, base::secret_bytes password, client_info client);

  /// Sets the password, ends all sessions and signs in; a second factor stays, and is asked for. errc::not_found, type
  /// `link-not-valid`; errc::invalid_input with a field error for `/password`; a refused password does not use the link
  /// up.
  async::awaitable<base::result<entry>> claim_setup_link(base::secret_bytes token, base::secret_bytes password,
                                                         client_info client);

  /// Ends every session but this one, which goes on with a new access token. errc::forbidden, type `wrong-password`,
  /// when `current` is not the password, or is it no more by the time the new one is stored (of parallel calls one
  /// wins); errc::invalid_input with a field error for `/new_password`; errc::too_many_requests, type
  /// `too-many-attempts`.
  async::awaitable<base::result<signed_in>> change_password(identity by, base::secret_bytes current,
                                                            base::secret_bytes renewed, client_info client);

 private:
  account::account_service& accounts_;
  account::user_repository& users_;
  session_service& sessions_;
  attempts& attempts_;
  entrance& entrance_;
  const base::clock& clock_;
};

}  // namespace kontor::session
