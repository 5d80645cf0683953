// Mails about an account, made in the transaction of the act: a one-time link is stored and the mail that carries it
// stands in the queue, or neither.
#pragma once

#include "account/user_repository.hpp"
#include "mail/outbox.hpp"
#include "sql/session.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace kontor::session {

/// How long links hold that come by mail.
inline constexpr std::chrono::hours verify_link_life{24};
inline constexpr std::chrono::minutes reset_link_life{30};
inline constexpr std::chrono::hours confirm_link_life{24};
inline constexpr std::chrono::hours invitation_life{7 * 24};

/// Whom a mail goes to and in which language.
struct addressee {
  std::string email;  ///< Normal form.
  mail::language in = mail::language::english;
};

/// Thread-safe. All but ring() run inside a job. Where links lead is the operator's word (PUBLIC_URL), never a
/// request's.
class link_post {
 public:
  link_post(const mail::outbox& outbox, std::string public_url, const base::clock& clock);

  /// A link to set the first password, which proves the address as well; ends the account's earlier one.
  void mail_registration(sql::session& in, const account::user& to, mail::language language) const;
  /// The same for an account that an administrator made.
  void mail_invitation(sql::session& in, const account::user& to, mail::language language,
                       const std::optional<base::user_id>& made_by) const;
  /// A link to set a new password; ends the account's earlier one.
  void mail_reset(sql::session& in, const account::user& to, mail::language language) const;
  /// A link, sent to `address`, that proves it, and makes it the account's if it is not; ends the account's earlier
  /// one.
  void mail_confirmation(sql::session& in, const account::user& of, const account::claimed_address& address,
                         mail::language language) const;
  /// A mail without a token. `about`: the account it goes away with.
  void mail_notice(sql::session& in, const std::optional<base::user_id>& about, const addressee& to,
                   mail::mail_kind what) const;
  /// The same to the address that an account has: somebody who is signed in to it asked for `new_address`.
  void mail_change_requested(sql::session& in, const account::user& of, const std::string& new_address,
                             mail::language language) const;
  /// What costs as much as mail_reset, leaves a row of the same size, and is never sent. async::even_pace does not make
  /// it needless: it hides what is done within 25 ms, and a database under load takes longer for a commit; nor does
  /// this make that needless: equal work is not equal time, to the twentieth that the tests allow. And the row hides
  /// from who reads the database whom there was a mail for.
  void mail_nothing(sql::session& in, const addressee& to) const;

  /// After the commit: there is something to send.
  void ring() const { outbox_.ring(); }

  const mail::allowances& limits() const noexcept { return outbox_.limits(); }

 private:
  struct letter;
  mail::mail notice_to(const addressee& to, mail::mail_kind what) const;
  void mail_link(sql::session& in, const account::user& owner, const addressee& to, const letter& with) const;

  const mail::outbox& outbox_;
  const std::string public_url_;
  const base::clock& clock_;
};

}  // namespace kontor::session
