// The SQL of one-time links. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and
// throw sql::sql_error when the database fails.
#pragma once

#include "account/user_repository.hpp"
#include "sql/session.hpp"

#include <optional>
#include <string_view>

namespace kontor::account::statements {

/// Which links set a password at which route.
enum class password_links { setup_or_verify, reset };
bool belongs_to(password_links of, link_purpose purpose) noexcept;

/// Stores the link in place of the owner's earlier one of the same purpose.
void put_link(sql::session& in, const new_one_time_link& link);
void put_setup_link(sql::session& in, const new_setup_link& link);
/// A link of any purpose that holds at `now`, with an active owner.
std::optional<one_time_link> find_link(sql::session& in, std::string_view token_hash, base::timestamp now);
/// Uses the link up, if it has this purpose: true for one caller only.
bool take_link(sql::session& in, std::string_view token_hash, link_purpose purpose, base::timestamp now);
/// Ends the links of an account: the one of a purpose, all of them, or those that were mailed.
void drop_link(sql::session& in, const base::user_id& owner, link_purpose purpose);
void drop_links(sql::session& in, const base::user_id& owner);
/// Those that an administrator made for others.
void drop_links_made_by(sql::session& in, const base::user_id& administrator);
void drop_mailed_links(sql::session& in, const base::user_id& owner);
/// Those of all accounts.
void drop_all_links(sql::session& in);

}  // namespace kontor::account::statements
