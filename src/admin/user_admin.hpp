// The accounts of others, as administrators manage them over HTTP. Nothing here reads or changes what an account owns
// (conversations, charts, secrets), and nobody's password is ever chosen or seen.
#pragma once

#include "account/account_service.hpp"
#include "admin/account_acts.hpp"
#include "admin/actor.hpp"
#include "admin/user_list.hpp"
#include "async/awaitable.hpp"
#include "session/link_post.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace kontor::admin {

/// How long the links hold that are made here.
struct link_lives {
  std::chrono::minutes reset{30};
  std::chrono::minutes invitation = std::chrono::days(7);
};

struct invitation {
  user_overview guest;
  account::issued_setup_link link;
  bool is_mailed = false;  ///< A link of its own is on its way to the guest as well.
};

/// Runs on any loop. What is changed here bites in this process before the call returns, and everywhere within a second
/// (decisions/0002). All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full; those that change
/// something also with errc::forbidden (who asks has ceased to be an administrator) and, where an id is given,
/// errc::not_found.
class user_admin {
 public:
  user_admin(sql::database& database, session::session_service& sessions, const session::act_record& record,
             const session::link_post* post, const base::clock& clock, link_lives lives = {});

  /// See admin::list_users.
  async::awaitable<base::result<std::vector<user_overview>>> list(user_filter wanted, std::string after_email,
                                                                  std::int64_t limit);
  /// errc::not_found.
  async::awaitable<base::result<user_overview>> get(base::user_id id);

  /// See account::change_user: all of it or nothing, errc::conflict (type `last-admin`). A demotion ends the right and
  /// no session; a deactivation ends everything.
  async::awaitable<base::result<user_overview>> change(actor by, base::user_id id, account::user_change wanted);
  async::awaitable<base::result<void>> end_sessions(actor by, base::user_id id);
  /// A link with which the person sets a new password; the present one holds until then. errc::conflict (type
  /// `deactivated`).
  async::awaitable<base::result<account::issued_setup_link>> make_reset_link(actor by, base::user_id id);
  /// errc::not_found also with type `no-factor`.
  async::awaitable<base::result<void>> remove_second_factor(actor by, base::user_id id);

  /// An account without a password and the link to set one, by mail too where there is a post, whatever the policy of
  /// registration is. errc::invalid_input with a field error for `/email`; errc::conflict (type `email-taken`).
  async::awaitable<base::result<invitation>> invite(actor by, std::string email, bool is_admin,
                                                    mail::language language);

 private:
  sql::database& database_;
  session::session_service& sessions_;
  const account_acts acts_;
  const session::link_post* post_;  ///< Null: no mails are sent.
  const base::clock& clock_;
  const link_lives lives_;
};

}  // namespace kontor::admin
