// The SQL of accounts, once, for the repository and for the operator's commands. One text for SQLite and PostgreSQL.
// All functions run inside a job of sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "account/user.hpp"
#include "account/user_repository.hpp"
#include "sql/session.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::account::statements {

/// sql::failure::conflict when the address, or one that looks like it, is taken.
void insert_user(sql::session& in, const new_user& account);

std::optional<user> find_user(sql::session& in, const base::user_id& id);
/// Keeps the account from being deleted until the transaction ends; false when there is none.
bool hold_user(sql::session& in, const base::user_id& id);
std::optional<stored_credentials> find_credentials(sql::session& in, std::string_view email);
/// At most `limit` accounts in the order of their addresses, from the first one behind `after_email` on.
std::vector<user> list_users(sql::session& in, std::string_view after_email, std::int64_t limit);

/// The addresses of those accounts that are there, in one query.
std::map<base::user_id, std::string> find_emails(sql::session& in, const std::set<base::user_id>& of);

/// False when the stored hash is not `old_hash`.
bool replace_password_hash(sql::session& in, const base::user_id& id, std::string_view old_hash,
                           std::string_view new_hash);
/// Sets the password of an active account and raises its epoch; false when there is none.
bool set_password(sql::session& in, const base::user_id& id, std::string_view hashed_password, base::timestamp now);

/// Stores the link in place of the owner's earlier one.
void put_setup_link(sql::session& in, const new_setup_link& link);
/// A link that holds at `now`, with an active owner.
std::optional<setup_link> find_setup_link(sql::session& in, std::string_view token_hash, base::timestamp now);
/// Uses the link up: true for one caller only.
bool take_setup_link(sql::session& in, std::string_view token_hash, base::timestamp now);
/// Ends the links of an account.
void drop_setup_links(sql::session& in, const base::user_id& owner);

/// Holds all accounts that can administer until the transaction ends, so that what is decided about them stays true:
/// PostgreSQL would let two transactions each take away the other's last admin. (SQLite has one writer.)
void hold_admins(sql::session& in);
/// False when nothing changed: it was so already, or (deactivate, demote) nobody else could administer.
bool activate(sql::session& in, const base::user_id& id, base::timestamp now);
bool deactivate(sql::session& in, const base::user_id& id, base::timestamp now);
bool promote(sql::session& in, const base::user_id& id, base::timestamp now);
bool demote(sql::session& in, const base::user_id& id, base::timestamp now);

}  // namespace kontor::account::statements
