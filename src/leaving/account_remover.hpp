// Deletes an account so that nothing of the person stays: not in a table, not in the log, not in a file.
#pragma once

#include "account/user.hpp"
#include "audit/audit_log.hpp"
#include "base/error.hpp"
#include "session/session_info.hpp"
#include "sql/database.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace kontor::leaving {

struct deletion {
  base::user_id person;
  std::optional<account::user> by;  ///< Who orders it; nullopt: the command line.
  session::client_info from;
};

/// Blocks: for pools and commands. Safe to call from every thread but the database's own; one deletion at a time.
class account_remover {
 public:
  /// `files`: how `database` was opened.
  account_remover(sql::database& database, sql::database_settings files, const audit::audit_log& audit,
                  const base::clock& clock);

  /// In this order:
  /// 1. One transaction removes the account and all rows that are its own, and takes the person out of the log, as far
  ///    as the first thousands of entries go. Whoever is killed before its commit has deleted nothing, whoever is
  ///    killed behind it has deleted the account.
  /// 2. `once_deleted` runs: what is known in memory has to be forgotten.
  /// 3. The rest of the log is erased in further transactions, because others wait for each (a tenth of a second).
  /// 4. The bytes leave the files (sql::erasure).
  /// What does not succeed after the first step, or is left when stop() is called, is logged, and done by
  /// finish_interrupted at the next start.
  ///
  /// errc::forbidden: `by` is somebody else, and no administrator any more. errc::not_found; errc::conflict, type
  /// `last-admin`, decided by the statement that deletes; errc::unavailable,
  /// errc::overloaded, errc::storage_full: nothing was deleted (or, after a connection was lost during the commit,
  /// nobody knows).
  base::result<void> remove(const deletion& what, const std::function<void()>& once_deleted = {}) const;

  /// At the start of the server: completes what was interrupted. errc::unavailable when that was interrupted too.
  base::result<void> finish_interrupted() const;

  /// The program ends: what is in progress returns after the piece of work it is at, and leaves the rest for the next
  /// start.
  void stop() noexcept { stopping_.request_stop(); }
  bool is_stopping() const noexcept { return stopping_.stop_requested(); }

 private:
  base::result<void> erase_from_log(const base::user_id& person) const;

  sql::database& database_;
  const sql::database_settings files_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
  std::stop_source stopping_;
  mutable std::mutex one_at_a_time_;
};

}  // namespace kontor::leaving
