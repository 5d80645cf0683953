// Is the database whole?
#pragma once

#include "sql/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::sql {

/// What is wrong, one sentence each, at most 20; empty when nothing is. Reads the whole file (SQLite: integrity_check
/// and foreign_key_check); of PostgreSQL, which checks its own pages, it asks only whether it answers. Works beside a
/// running server; a database that cannot be opened is damaged, too.
std::vector<std::string> find_damage(const database_settings& settings);

/// `3.40.1`, or what PostgreSQL says of itself. Throws sql_error when it does not answer.
std::string server_version(const database_settings& settings);

/// What the clock of the database server says; nothing for SQLite, which has none of its own. Throws as above.
std::optional<base::timestamp> server_clock(const database_settings& settings);

/// The moment of the newest migration; nothing when there is none.
std::optional<base::timestamp> newest_migration(const database_settings& settings);

}  // namespace kontor::sql
