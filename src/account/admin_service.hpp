// What an operator does to accounts, from the command line or at start-up. Blocks: never call it on a loop.
#pragma once

#include "account/account_service.hpp"
#include "account/user.hpp"
#include "sql/database.hpp"

#include <string>
#include <vector>

namespace kontor::account {

/// errc::not_found when no account has the address; errc::invalid_input when it is no address.
class admin_service {
 public:
  admin_service(sql::database& database, const base::clock& clock, std::chrono::minutes setup_link_life);

  /// errc::conflict (type `email-taken`).
  base::result<user> create_admin(const std::string& email);
  base::result<std::vector<user>> list_users(const std::string& after_email, std::size_t limit);
  base::result<user> set_active(const std::string& email, bool active);
  /// errc::conflict (type `last-admin`) when nobody could administer after a deactivation or demotion.
  base::result<user> set_admin(const std::string& email, bool admin);
  base::result<issued_setup_link> make_setup_link(const std::string& email);

  /// At start-up: makes the admin account when no account has the address, and a link while it has no password. Nothing to do:
  /// nullopt.
  base::result<std::optional<issued_setup_link>> bootstrap_admin(const std::string& email);

 private:
  sql::database& database_;
  const base::clock& clock_;
  const std::chrono::minutes setup_link_life_;
};

}  // namespace kontor::account
