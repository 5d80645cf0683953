// Brings the tables to the state this program expects: numbered steps, each once, in order.
#pragma once

#include "sql/database.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace kontor::sql {

/// One step. Statements are separated by `;` and written so that SQLite and PostgreSQL both take them (TEXT, BIGINT). A
/// table that is mostly looked up by its key ends with `) {kept by key}`: SQLite then keeps the rows in the tree of the
/// key, which halves the pages a look-up reads; PostgreSQL has no such thing. Where one text cannot serve both, what
/// stands between `{on sqlite}` or `{on postgresql}` and `{on both}` is for that database alone.
struct migration {
  int number;             ///< 1, 2, 3, …
  std::string_view name;  ///< For people: `users`.
  std::string_view statements;
};

/// What `migrate` found.
struct migration_report {
  int before = 0;
  int after = 0;
  std::filesystem::path
      backup;  ///< The copy that was made first; empty when there was nothing to save (a new or PostgreSQL database).
};

/// Applies the steps that are missing, all in one transaction; two programs that start at once do it once. An existing
/// SQLite file is copied beside itself first (`app.db.before-<number of the first step>.bak`, mode 0600; an older copy
/// of that name is replaced). A database that holds tables but none of ours is refused and left as it is. Throws
/// std::runtime_error with a sentence for the operator when the database is newer than the steps, or a step fails (then
/// nothing changed).
migration_report migrate(const database_settings& settings, std::span<const migration> steps);

/// The number of the last step applied, 0 for a new database.
int schema_version(const database_settings& settings);

}  // namespace kontor::sql
