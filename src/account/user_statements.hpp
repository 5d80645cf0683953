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

/// The same with their hashes: for moving all of them elsewhere.
std::vector<stored_credentials> list_credentials(sql::session& in, std::string_view after_email, std::int64_t limit);

/// The addresses of those accounts that are there, in one query.
std::map<base::user_id, std::string> find_emails(sql::session& in, const std::set<base::user_id>& of);

/// False when the stored hash is not `old_hash`.
bool replace_password_hash(sql::session& in, const base::user_id& id, std::string_view old_hash,
                           std::string_view new_hash);
/// Sets the password of an active account and raises its epoch; false when there is none.
bool set_password(sql::session& in, const base::user_id& id, std::string_view hashed_password, base::timestamp now);

/// The same when the address is free; false, and nothing else, when it or one that looks like it is taken.
bool insert_user_if_free(sql::session& in, const new_user& account);

/// Has another account than this one the address, or one that looks like it?
bool is_taken(sql::session& in, const claimed_address& address, const base::user_id& but);
/// Notes that the address was proved, as long as the account still has it; false when it has not.
bool verify_email(sql::session& in, const base::user_id& id, std::string_view email, base::timestamp now);
/// Gives an active account another address; `verified_at`: when it was proved, if it was. False when there is no such
/// account; sql::failure::conflict when the address, or one that looks like it, is taken.
bool change_email(sql::session& in, const base::user_id& id, const claimed_address& address,
                  std::optional<base::timestamp> verified_at, base::timestamp now);
/// Raises the epoch and nothing else: every session and token of the account ends. False when there is no such account.
bool raise_epoch(sql::session& in, const base::user_id& id);
/// The same for all accounts.
void raise_all_epochs(sql::session& in);
/// Holds an account that is active and still in this epoch until the transaction ends: nobody can raise its epoch, and
/// no other transaction holds it, meanwhile. False when it is no longer so.
bool hold_user(sql::session& in, const base::user_id& id, std::int64_t epoch);

/// Holds all accounts that can administer until the transaction ends, so that what is decided about them stays true:
/// PostgreSQL would let two transactions each take away the other's last admin. (SQLite has one writer.)
void hold_admins(sql::session& in);
/// False when nothing changed: it was so already, or (deactivate, demote) nobody else could administer.
bool activate(sql::session& in, const base::user_id& id, base::timestamp now);
bool deactivate(sql::session& in, const base::user_id& id, base::timestamp now);
bool promote(sql::session& in, const base::user_id& id, base::timestamp now);
bool demote(sql::session& in, const base::user_id& id, base::timestamp now);
/// Removes the account, and with it all rows of other tables that are its own. False when there is none, or nobody else
/// could administer: to be told apart under hold_admins().
bool remove_user(sql::session& in, const base::user_id& id);

}  // namespace kontor::account::statements
