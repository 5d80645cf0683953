// Accounts in a SQL database: SQLite or PostgreSQL.
#pragma once

#include "account/link_statements.hpp"
#include "account/user_repository.hpp"
#include "sql/database.hpp"

namespace kontor::account {

/// Thread-safe. `database` must have the tables of account/migrations.hpp and outlive the repository and its calls.
class sql_user_repository final : public user_repository {
 public:
  explicit sql_user_repository(sql::database& database) : database_(database) {}

  async::awaitable<base::result<user>> create_user(new_user account, follow_up and_then = {}) override;
  async::awaitable<base::result<user>> get_by_id(base::user_id id) override;
  async::awaitable<base::result<stored_credentials>> get_by_email(std::string normal_form) override;
  async::awaitable<base::result<bool>> update_password_hash(base::user_id id, std::string old_hash,
                                                            std::string new_hash) override;
  async::awaitable<base::result<void>> create_setup_link(new_setup_link link) override;
  async::awaitable<base::result<setup_link>> get_setup_link(std::string token_hash, base::timestamp now) override;
  async::awaitable<base::result<user>> claim_setup_link(std::string token_hash, std::string hashed_password,
                                                        base::timestamp now, follow_up and_then = {}) override;
  async::awaitable<base::result<setup_link>> get_reset_link(std::string token_hash, base::timestamp now) override;
  async::awaitable<base::result<user>> claim_reset_link(std::string token_hash, std::string hashed_password,
                                                        base::timestamp now, follow_up and_then = {}) override;
  async::awaitable<base::result<user>> set_password(user checked, std::string hashed_password, base::timestamp now,
                                                    follow_up and_then = {}) override;
  async::awaitable<base::result<void>> ping() override;

 private:
  async::awaitable<base::result<setup_link>> get_password_link(statements::password_links of, std::string token_hash,
                                                               base::timestamp now);
  async::awaitable<base::result<user>> claim_password_link(statements::password_links of, std::string token_hash,
                                                           std::string hashed_password, base::timestamp now,
                                                           follow_up and_then);

  sql::database& database_;
};

}  // namespace kontor::account
