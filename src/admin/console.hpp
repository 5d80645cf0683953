// What the console does that account::admin_service cannot, because it stands below sessions, factors and the log.
// Blocks: never call it on a loop.
#pragma once

#include "account/user_changes.hpp"
#include "admin/account_acts.hpp"
#include "sql/database.hpp"

#include <string>

namespace kontor::admin {

/// Addresses may be in any spelling. errc::not_found when no account has the address; errc::invalid_input when it is no
/// address; errc::unavailable, errc::storage_full when the database fails. A server that runs beside it sees a change
/// within a second (identity_table). All entries in the log have the address `console` and no actor.
class console {
 public:
  console(sql::database& database, const session::act_record& record, const base::clock& clock)
      : database_(database), acts_(record, clock) {}

  base::result<account::user> end_sessions(const std::string& email);
  /// errc::not_found also with type `no-factor`.
  base::result<account::user> remove_second_factor(const std::string& email);

  /// Writes down what account::admin_service does. Lives as long as the console.
  account::act_follow_up writes_down() const;

 private:
  using act = base::result<account::user> (account_acts::*)(sql::session&, const actor&, const base::user_id&) const;
  base::result<account::user> apply(act what, const std::string& email);

  sql::database& database_;
  const account_acts acts_;
};

}  // namespace kontor::admin
