// What anybody may ask for by mail without being signed in: an account, and a new password. The answer never tells
// whether there is an account: it is the same, and so is what is done until it is given (checklist c.20, c.21).
#pragma once

#include "account/account_service.hpp"
#include "audit/audit_log.hpp"
#include "session/link_post.hpp"
#include "session/session_info.hpp"
#include "sql/database.hpp"

#include <optional>
#include <string>

namespace kontor::session {

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full, and with
/// errc::too_many_requests for a client that caused too many mails; errc::invalid_input with a field error for
/// `/email`. A mailbox gets one mail of each kind in five minutes; whoever asks more often gets the same answer and
/// none.
class link_requests {
 public:
  link_requests(const account::account_service& accounts, sql::database& database, const audit::audit_log& audit,
                const link_post& post, const base::clock& clock);

  /// Makes an account without a password and mails the link that sets it; for an address that has an account, a mail
  /// that says so, or a new link while it has no password. A password that comes along is judged and not kept. Like
  /// prepare_registration_by_mail besides.
  async::awaitable<base::result<void>> register_by_mail(std::string email, std::optional<base::secret_bytes> password,
                                                        mail::language language, client_info client);

  /// Mails a link to set a new password, if there is an active account. errc::forbidden, type `mail-not-configured`.
  async::awaitable<base::result<void>> forgot_password(std::string email, mail::language language, client_info client);

 private:
  void answer_registration(sql::session& in, const account::new_user& account, mail::language language,
                           const client_info& client) const;

  const account::account_service& accounts_;
  sql::database& database_;
  const audit::audit_log& audit_;
  const link_post& post_;
  const base::clock& clock_;
};

}  // namespace kontor::session
