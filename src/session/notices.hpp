// Telling people by mail what changed about the ways into their account (NIST SP 800-63B), in the transaction of the
// act: the mail stands in the queue exactly when it happened.
#pragma once

#include "account/user.hpp"
#include "audit/event.hpp"
#include "mail/outbox.hpp"
#include "session/session_info.hpp"
#include "sql/session.hpp"
#include "throttle/known_device.hpp"

#include <functional>
#include <optional>
#include <string>

namespace kontor::session {

/// How many personal access tokens of the account are valid at this moment; runs inside a job. They live in a room
/// that stands on this one.
using token_count = std::function<std::int64_t(sql::session&, const base::user_id&, base::timestamp)>;

/// The mail about an act, if its owner is told of it.
std::optional<mail::mail_kind> notice_of(audit::action what) noexcept;

/// Thread-safe; all calls but ring() run inside a job. What the others are must outlive it.
class notices {
 public:
  notices(const mail::outbox& outbox, const throttle::known_devices& devices, std::string public_url,
          token_count count_tokens, const base::clock& clock);

  /// To the account's address, in the language of the client that acted, if it is an act of which owners are told. A
  /// mailbox gets 20 an hour; then the log says that one was left out. A sign-in is told of when neither the browser is
  /// known nor somebody came with a program of this name from this address in the last 180 days: registering and
  /// setting a password count as coming.
  void tell(sql::session& in, const base::user_id& owner, audit::action what, const client_info& by) const;

  /// An administrator has turned off the second factor.
  void tell_of_taken_factor(sql::session& in, const base::user_id& owner, mail::language language) const;

  /// After the commit of an act that was told of: the mail goes at once. Otherwise the sender finds it within five
  /// seconds.
  void ring() const { outbox_.ring(); }

 private:
  bool is_new_device(sql::session& in, const account::user& owner, const client_info& by, base::timestamp now) const;
  bool take_place(sql::session& in, const account::user& owner, const client_info& by, base::timestamp now) const;
  void put(sql::session& in, const account::user& to, mail::mail_kind what, const client_info& by,
           base::timestamp now) const;

  const mail::outbox& outbox_;
  const throttle::known_devices& devices_;
  const std::string public_url_;
  const token_count count_tokens_;
  const base::clock& clock_;
};

}  // namespace kontor::session
