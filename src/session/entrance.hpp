// The last door of every way in: what let the account in so far ends in a session, or, when the account has a second
// factor, in a challenge that its code answers. No way in opens a session anywhere else.
#pragma once

#include "factor/factor_service.hpp"
#include "session/attempts.hpp"
#include "session/challenge.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <memory>
#include <variant>

namespace kontor::session {

/// What a way in has come to.
using entry = std::variant<signed_in, challenge>;

/// Runs on any loop. What the others are must outlive it. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class entrance {
 public:
  entrance(sql::database& database, session_service& sessions, const factor::factor_service& factors, attempts& counted,
           const base::clock& clock);

  /// A session and a challenge that were not stored yet; one of them will be.
  struct doorway {
    fresh_session session;
    base::secret_bytes challenge_token;
  };
  enum class outcome { session, challenge };

  std::shared_ptr<const doorway> prepare(const client_info& client) const;
  /// In the transaction in which the first factor was right: stores the session, or the challenge.
  outcome open(sql::session& in, const account::user& owner, const doorway& prepared) const;
  /// What the client gets of it, once it is stored.
  entry entry_of(const account::user& owner, const doorway& prepared, outcome opened) const;

  /// Somebody who gave the password of `known`. errc::unauthenticated, type `invalid-credentials`, when the account was
  /// deactivated or got another password meanwhile.
  async::awaitable<base::result<entry>> let_in(account::user known, counted_attempt made);

  /// The second step: a code of the app, or a recovery code. errc::unauthenticated, types `wrong-code` (it may be tried
  /// again) and `second-factor-expired` (the challenge was used, has expired, or never existed; the password is asked
  /// for anew); errc::too_many_requests, type `too-many-attempts`.
  async::awaitable<base::result<signed_in>> answer(base::secret_bytes token, base::secret_bytes code,
                                                   client_info client);

  /// The account has a second factor, as this transaction sees it.
  bool asks_for_code(sql::session& in, const base::user_id& owner) const;

 private:
  struct answered;

  sql::database& database_;
  session_service& sessions_;
  const factor::factor_service& factors_;
  attempts& attempts_;
  const base::clock& clock_;
};

}  // namespace kontor::session
