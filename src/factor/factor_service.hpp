// Second factors of an account: setting up TOTP, turning it off, checking a code at sign-in and step-up.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "factor/recovery_code.hpp"
#include "factor/secret_seal.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kontor::factor {

enum class totp_state {
  off,
  pending,  ///< Begun, but no code was shown yet that proves the app has the secret: it protects nothing.
  on,
};

struct factor_state {
  totp_state totp = totp_state::off;
  std::optional<base::timestamp> confirmed_at;  ///< Set when it is on.
  std::int64_t recovery_codes_left = 0;
};

/// What the owner's app needs; shown once and stored nowhere in this form.
struct totp_setup {
  base::secret_bytes secret_text;  ///< Base32, for typing it in.
  base::secret_bytes uri;          ///< otpauth://…
  base::secret_bytes qr_svg;       ///< The same as a picture.
};

/// Ten codes, shown once: `abcd-efgh-jkmn-pqrs`.
using recovery_codes = std::vector<base::secret_bytes>;

enum class code_kind { totp, recovery };

struct code_use {
  code_kind kind = code_kind::totp;
  std::int64_t recovery_codes_left = 0;
};

/// What the caller wants to be written exactly when the act is: its audit entry, a session, an end of sessions. Called
/// last in the transaction of an act that has succeeded; what it throws undoes the act. It may be called again when the
/// transaction is tried again, so it has no effects outside of the session. May be empty.
using in_same_transaction = std::function<void(sql::session&)>;
using in_same_transaction_after_code = std::function<void(sql::session&, const code_use&)>;

/// Runs on any loop. Nothing here counts wrong guesses: whoever lets codes be checked (check_code, use_code,
/// confirm_totp) asks the throttle before, with one counter for each account. All calls may fail with
/// errc::unavailable, errc::overloaded, errc::storage_full.
class factor_service {
 public:
  /// `installation_key`: at least 32 bytes, the same at every start, else std::invalid_argument; TOTP secrets are
  /// sealed under keys derived from it. The others must outlive the service and its calls.
  factor_service(sql::database& database, const base::secret_bytes& installation_key, const base::clock& clock);

  async::awaitable<base::result<factor_state>> state(base::user_id owner) const;

  /// Makes a new secret. It is pending until confirm_totp. Beginning again replaces a pending one. errc::conflict, type
  /// `factor-exists`, when one is on: that must be removed first. errc::not_found: there is no such user.
  async::awaitable<base::result<totp_setup>> begin_totp(base::user_id owner, std::string email,
                                                        in_same_transaction also);

  /// Turns the pending factor on with its first code, which is used up, and gives the recovery codes.
  /// errc::invalid_input, field `/code`, code `wrong_code`; errc::conflict, type `factor-exists`, when one is on;
  /// errc::not_found, type `factor-not-begun`, when none is pending; `factor-unreadable` as with check_code.
  async::awaitable<base::result<recovery_codes>> confirm_totp(base::user_id owner, base::secret_bytes code,
                                                              in_same_transaction also);

  /// Removes the factor, pending or on, and the recovery codes. errc::not_found, type `no-factor`.
  async::awaitable<base::result<void>> remove_totp(base::user_id owner, in_same_transaction also);

  /// Ten new codes; the earlier ones end. errc::not_found, type `no-factor`, unless the factor is on.
  async::awaitable<base::result<recovery_codes>> renew_recovery_codes(base::user_id owner, in_same_transaction also);

  /// Uses up a code of the app, or a recovery code. errc::unauthenticated, type `invalid-code`: wrong, used before, or
  /// there is no factor that is on; the private detail says which. errc::internal, type `factor-unreadable`: the stored
  /// secret does not open, which is worth an audit entry; recovery codes go on working.
  async::awaitable<base::result<code_use>> check_code(base::user_id owner, base::secret_bytes code,
                                                      in_same_transaction_after_code also);

  /// The same inside a job of the caller's. A failure has changed nothing, so the caller may answer with a value and
  /// keep what else it wrote.
  base::result<code_use> use_code(sql::session& in, const base::user_id& owner, const base::secret_bytes& code) const;

  /// confirm_totp inside a job of the caller's, with the codes that will be shown. A failure has changed nothing.
  base::result<void> confirm(sql::session& in, const base::user_id& owner, const base::secret_bytes& code,
                             const stored_recovery_codes& codes) const;

  /// A confirmed factor, as this transaction sees it.
  bool is_on(sql::session& in, const base::user_id& owner) const;

 private:
  base::result<void> use_totp(sql::session& in, const base::user_id& owner, const base::secret_bytes& code) const;
  base::result<void> use_recovery(sql::session& in, const base::user_id& owner, const base::secret_bytes& normal) const;

  sql::database& database_;
  secret_seal seal_;
  const base::clock& clock_;
};

}  // namespace kontor::factor
