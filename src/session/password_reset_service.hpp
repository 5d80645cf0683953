// The way back in for whoever forgot the password and reads their mail.
#pragma once

#include "account/account_service.hpp"
#include "account/user_repository.hpp"
#include "session/entrance.hpp"
#include "session/session_service.hpp"

namespace kontor::session {

/// Runs on any loop; hashing happens on the pool. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class password_reset_service {
 public:
  password_reset_service(account::account_service& accounts, account::user_repository& users, session_service& sessions,
                         entrance& door, const base::clock& clock);

  /// Sets the password, ends all sessions and links, marks the address as verified, and signs in; a second factor
  /// stays, and is asked for. errc::not_found, type `link-not-valid`; errc::invalid_input with a field error for
  /// `/password`; a refused password does not use the link up. Of parallel calls one wins.
  async::awaitable<base::result<entry>> reset(base::secret_bytes token, base::secret_bytes password,
                                              client_info client);

 private:
  account::account_service& accounts_;
  account::user_repository& users_;
  session_service& sessions_;
  entrance& entrance_;
  const base::clock& clock_;
};

}  // namespace kontor::session
