// The address of an account: showing that one reads its mail, and moving to another.
#pragma once

#include "account/account_service.hpp"
#include "session/link_post.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <optional>
#include <string>

namespace kontor::session {

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full. What sends mails
/// may fail with errc::too_many_requests: a mailbox gets one such mail in five minutes, an account causes ten an hour.
class email_service {
 public:
  email_service(const account::account_service& accounts, sql::database& database, session_service& sessions,
                const link_post& post, const base::clock& clock);

  /// Mails a link that proves the account's own address. errc::forbidden, type `mail-not-configured`.
  async::awaitable<base::result<void>> request_verification(identity by, mail::language language, client_info client);

  /// With mail: sends a link to the new address and gives nullopt; to one that is taken, a mail that says so, so that
  /// nobody learns of it. The address that the account has is told of it either way. Without: changes the address at
  /// once, unverified, and gives the account as it is then; errc::conflict, type `email-taken`. errc::invalid_input
  /// with a field error for `/email`.
  async::awaitable<base::result<std::optional<account::user>>> request_change(identity by, std::string email,
                                                                              mail::language language,
                                                                              client_info client);

  /// Uses the link up: the address it was made for is the account's now, and verified. When it was another before, that
  /// one gets a mail, and the links that were mailed there end. errc::not_found, type `link-not-valid`; errc::conflict,
  /// type `email-taken`, when somebody took the address meanwhile.
  async::awaitable<base::result<std::string>> confirm(base::secret_bytes token, mail::language language,
                                                      client_info client);

 private:
  async::awaitable<base::result<account::user>> change_at_once(identity by, account::claimed_address address,
                                                               client_info client);
  base::result<void> allow_mail(sql::session& in, const base::user_id& by, const std::string& to) const;

  const account::account_service& accounts_;
  sql::database& database_;
  session_service& sessions_;
  const link_post& post_;
  const base::clock& clock_;
};

}  // namespace kontor::session
