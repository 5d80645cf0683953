// What an operator does to accounts, from the command line or at start-up. Blocks: never call it on a loop.
#pragma once

#include "account/account_service.hpp"
#include "account/user.hpp"
#include "account/user_changes.hpp"
#include "sql/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::account {

/// Addresses may be in any spelling. errc::not_found when no account has the address; errc::invalid_input when it is no
/// address; errc::unavailable, errc::storage_full when the database fails. A server that runs beside it sees a change
/// within a second (identity_table).
class admin_service {
 public:
  /// `and_then` writes each act down, in its transaction.
  admin_service(sql::database& database, const base::clock& clock, std::chrono::minutes setup_link_life,
                act_follow_up and_then = {});

  /// Makes an admin account without a password. errc::conflict (type `email-taken`).
  base::result<user> create_admin(const std::string& email);
  /// At most `limit` accounts in the order of their addresses, from the first behind `after_email` (a normal form;
  /// empty: the first of all) on.
  base::result<std::vector<user>> list_users(const std::string& after_email, std::size_t limit);

  /// Each answers with the account as it is afterwards, whether it had to be changed or not.
  base::result<user> activate(const std::string& email);
  /// Ends all tokens and setup links of the account. errc::conflict (type `last-admin`) when no active admin would be
  /// left.
  base::result<user> deactivate(const std::string& email);
  base::result<user> promote(const std::string& email);
  /// errc::conflict (type `last-admin`) when no active admin would be left.
  base::result<user> demote(const std::string& email);

  /// A new link to set the password; ends the account's earlier one. errc::conflict (type `deactivated`) when the link
  /// could not be used.
  base::result<issued_setup_link> make_setup_link(const std::string& email);

  /// At every start-up. Makes the admin account when no account has the address. As long as that admin has no password,
  /// makes a new link and ends the one before: who lost the link restarts. nullopt when there is nothing to do: the
  /// admin has a password, or the address belongs to an account that is no active admin, or looks like another's; that
  /// one is not promoted, but a warning is logged.
  base::result<std::optional<issued_setup_link>> bootstrap_admin(const std::string& email);

 private:
  base::result<user> apply(const user_change& what, const std::string& email);
  void note(sql::session& in, const user& owner, user_act act) const;

  sql::database& database_;
  const base::clock& clock_;
  const std::chrono::minutes setup_link_life_;
  const act_follow_up and_then_;
};

}  // namespace kontor::account
