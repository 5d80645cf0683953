// What administrators do to accounts, inside a job: the act, then its entry in the log. Once for the routes and for the
// console.
#pragma once

#include "account/user_changes.hpp"
#include "admin/actor.hpp"
#include "audit/event.hpp"
#include "base/time.hpp"
#include "session/act_record.hpp"
#include "sql/session.hpp"

namespace kontor::admin {

/// Thread-safe. All functions run inside a job of sql::database, as its last, and throw sql::sql_error when the
/// database fails. Each may answer errc::forbidden (the actor has ceased to be an administrator) and errc::not_found
/// (there is no such account), and gives the account as it is afterwards.
class account_acts {
 public:
  account_acts(const session::act_record& record, const base::clock& clock) : record_(record), clock_(clock) {}

  /// See account::change_user.
  base::result<account::user> change(sql::session& in, const actor& by, const base::user_id& id,
                                     const account::user_change& wanted) const;
  /// sql::failure::conflict when the address, or one that looks like it, is taken. The link's owner is the account.
  base::result<account::user> invite(sql::session& in, const actor& by, const account::new_user& guest,
                                     const account::new_setup_link& link) const;
  /// See account::give_setup_link.
  base::result<account::user> give_link(sql::session& in, const actor& by, const account::new_setup_link& link) const;
  base::result<account::user> end_sessions(sql::session& in, const actor& by, const base::user_id& id) const;
  /// For somebody who lost the device, and who is told of it: the factor, pending or on, with its recovery codes.
  /// errc::not_found, type `no-factor`.
  base::result<account::user> remove_second_factor(sql::session& in, const actor& by, const base::user_id& id) const;

  /// The entry of an act: owner is the person, actor the one who did it.
  void note(sql::session& in, const actor& by, const base::user_id& owner, account::user_act act) const;

  /// After the commit, and outside of a job, of an act of which owners are told: the mail goes now.
  void ring() const { record_.ring(); }

 private:
  void note(sql::session& in, const actor& by, const base::user_id& owner, audit::action what) const;

  const session::act_record record_;
  const base::clock& clock_;
};

}  // namespace kontor::admin
