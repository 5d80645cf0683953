// What an administrator does to an account, with its rules, once: for the console (by address) and for the routes of
// administrators (by id). All functions run inside a job of sql::database and throw sql::sql_error when the database
// fails.
#pragma once

#include "account/user.hpp"
#include "account/user_repository.hpp"
#include "base/error.hpp"
#include "sql/session.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kontor::account {

/// One thing that was done to an account: for whoever writes it down.
enum class user_act { created, activated, deactivated, promoted, demoted, link_made };

/// Called last in the transaction of each act, with the account as it is then. May be empty.
using act_follow_up = std::function<void(sql::session&, const user&, user_act)>;

/// What is given is to be so.
struct user_change {
  std::optional<bool> is_active;
  std::optional<bool> is_admin;
};

struct changed_user {
  user now;
  std::vector<user_act> acts;  ///< What had to be done for it; empty when it was so already.
};

/// All of it or nothing. A deactivation raises the epoch, which ends all tokens, and ends setup links. errc::not_found;
/// errc::conflict (type `last-admin`) when no active admin would be left.
base::result<changed_user> change_user(sql::session& in, const base::user_id& id, const user_change& wanted,
                                       base::timestamp now);

/// Stores the link in place of the owner's earlier one. errc::not_found; errc::conflict (type `deactivated`) when the
/// link could not be used.
base::result<user> give_setup_link(sql::session& in, const new_setup_link& link);

/// Somebody who acts as an administrator still is one at this moment of the transaction: the token was looked at
/// earlier. errc::forbidden.
base::result<void> check_is_admin(sql::session& in, const user& who);

/// A new account that sets its password with a link. The address is in normal form.
new_user user_without_password(std::string email, std::string email_lookalike, bool is_admin, base::timestamp now);

}  // namespace kontor::account
