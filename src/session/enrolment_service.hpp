// The second factor of somebody who is signed in: setting it up, turning it off, new recovery codes. Who may (a proof,
// see step_up_service) is decided by the route table.
#pragma once

#include "account/account_service.hpp"
#include "factor/factor_service.hpp"
#include "session/attempts.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

namespace kontor::session {

/// What an account's owner sees of its second factor.
struct enrolment {
  factor::factor_state factor;
  bool is_mandatory = false;  ///< The policy wants one.
};

/// Runs on any loop. What the others are must outlive it. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class enrolment_service {
 public:
  enrolment_service(const account::account_service& accounts, sql::database& database, session_service& sessions,
                    factor::factor_service& factors, attempts& counted);

  async::awaitable<base::result<enrolment>> state(identity of);

  /// See factor_service::begin_totp. errc::conflict, type `factor-exists`.
  async::awaitable<base::result<factor::totp_setup>> begin(identity by);

  /// Turns the factor on with its first code: every other session of the account ends, this one goes on as signed in
  /// with the second factor. errc::forbidden, type `wrong-code`; errc::conflict, type `factor-exists`;
  /// errc::not_found, type `factor-not-begun`; errc::too_many_requests, type `too-many-attempts`;
  /// errc::unauthenticated, type `invalid-token`, when the session was ended meanwhile.
  async::awaitable<base::result<factor::recovery_codes>> confirm(identity by, base::secret_bytes code,
                                                                 client_info client);

  /// errc::conflict, type `second-factor-mandatory`, when the policy wants one; errc::not_found, type `no-factor`.
  async::awaitable<base::result<void>> remove(identity by, client_info client);

  /// Ten new codes. errc::not_found, type `no-factor`.
  async::awaitable<base::result<factor::recovery_codes>> renew_recovery_codes(identity by, client_info client);

 private:
  factor::in_same_transaction noting(const identity& by, audit::action what, client_info client) const;

  const account::account_service& accounts_;
  sql::database& database_;
  session_service& sessions_;
  factor::factor_service& factors_;
  attempts& attempts_;
};

}  // namespace kontor::session
