// The SQL of secrets and their versions. One text for SQLite and PostgreSQL. All functions run inside a job of
// sql::database and throw sql::sql_error when the database fails. Whoever changes something holds the owner's row
// before (hold_user_row).
#pragma once

#include "vault/directory.hpp"
#include "vault/key_statements.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::vault::statements {

/// What the database has of one secret.
struct stored_secret {
  user_row keys;
  std::optional<secret_head> head;
  std::optional<std::string> token;  ///< Of the version that the head names.
};

/// In one statement; nullopt when the owner has no row at all.
std::optional<stored_secret> find_secret(sql::session& in, const base::user_id& owner, std::string_view name);
/// The sealed text of one version, whatever the head says.
std::optional<std::string> find_version(sql::session& in, const base::user_id& owner, std::string_view name,
                                        std::int64_t version);

struct listed_secret {
  std::string name;
  secret_head head;
  std::optional<std::string> token;
};
/// In order of the names.
std::vector<listed_secret> list_secrets(sql::session& in, const base::user_id& owner);
/// Of these names, those that are there, in the order of `names`.
std::vector<listed_secret> list_secrets(sql::session& in, const base::user_id& owner,
                                        std::span<const std::string> names);

struct listed_version {
  std::int64_t version = 0;
  base::timestamp created_at;
};
/// The newest first.
std::vector<listed_version> list_versions(sql::session& in, const base::user_id& owner, std::string_view name);

/// The highest version below most_version that there is a row of; 0: none.
std::int64_t last_version(sql::session& in, const base::user_id& owner, std::string_view name);
/// Makes the head, or makes it name this version: then it is not deleted any more.
void put_head(sql::session& in, const base::user_id& owner, std::string_view name, std::int64_t version,
              base::timestamp now);
void insert_version(sql::session& in, const base::user_id& owner, const listed_version& what, std::string_view name,
                    std::string_view token);
struct version_range {
  std::int64_t first;
  std::int64_t last;
};
/// Removes all other versions.
void keep_versions(sql::session& in, const base::user_id& owner, std::string_view name, version_range kept);
/// Deleted, or not any more. False when there is no such head.
bool set_deleted(sql::session& in, const base::user_id& owner, std::string_view name,
                 std::optional<base::timestamp> deleted_at, base::timestamp now);
/// Removes the head with all versions; false when there is none.
bool remove_secret(sql::session& in, const base::user_id& owner, std::string_view name);

/// False when a use was written down less than `granularity` before, or the secret is gone.
bool note_use(sql::session& in, const base::user_id& owner, std::string_view name, base::timestamp at,
              std::chrono::microseconds granularity);

}  // namespace kontor::vault::statements
