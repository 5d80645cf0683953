// The SQL of keys: master keys, and the wrapped data keys of users. One text for SQLite and PostgreSQL. All functions
// run inside a job of sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::vault::statements {

struct stored_master_key {
  std::string id;
  std::int64_t generation = 0;  ///< 1, 2, …: the highest wraps what is new.
  std::string canary;
  std::string recovery;         ///< Sealed under the recovery key.
  bool recovery_shown = false;  ///< Somebody has seen that recovery key.
};

/// All that something hangs on, or may soon; the newest first.
std::vector<stored_master_key> list_master_keys(sql::session& in);
std::optional<std::string> find_newest_master_key(sql::session& in);
/// False when there is one with its generation, or its id, already: somebody else was quicker.
bool insert_master_key(sql::session& in, const stored_master_key& what, base::timestamp now);
/// Under another recovery key, which nobody has seen yet.
bool update_recovery(sql::session& in, std::string_view id, std::string_view recovery);
/// The recovery key of all keys was seen.
void note_recovery_shown(sql::session& in);
/// False when it is gone, the newest, or a user's key hangs on it; sql_error (failure::constraint) when one was hung on
/// it in this moment.
bool remove_master_key(sql::session& in, std::string_view id);

/// A user's row: the data key and the directory, both sealed.
struct user_row {
  std::string master_key_id;
  std::string wrapped;
  std::string directory;
};

/// nullopt: the user never had a secret.
std::optional<user_row> find_user_row(sql::session& in, const base::user_id& owner);
/// False when there is no such user or master key, or the user has a row already.
bool insert_user_row(sql::session& in, const base::user_id& owner, const user_row& what);
/// Takes the row until the end of the transaction, so that changes of one user come one after the other; false when
/// there is none.
bool hold_user_row(sql::session& in, const base::user_id& owner);
void update_directory(sql::session& in, const base::user_id& owner, std::string_view directory);
/// Whether it was removed, with all secrets and their versions.
bool remove_user_row(sql::session& in, const base::user_id& owner);

struct wrapped_key {
  base::user_id owner;
  std::string master_key_id;
  std::string wrapped;
};

/// Data keys that hang on another master key than the newest, in order of their owners, behind `after`.
std::vector<wrapped_key> list_older_keys(sql::session& in, const std::optional<base::user_id>& after,
                                         std::int64_t limit);
std::int64_t count_older_keys(sql::session& in);
std::int64_t count_user_rows(sql::session& in);
/// Puts `wrapped` under `master_key_id` in place of exactly `before`; false when it is not there any more.
bool replace_wrapped(sql::session& in, const wrapped_key& before, std::string_view master_key_id,
                     std::string_view wrapped);

}  // namespace kontor::vault::statements
