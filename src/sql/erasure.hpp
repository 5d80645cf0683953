// A deletion that must reach the files of the database and not only its tables: what a row held is still in free
// pages, in the log of writes, in copies.
#pragma once

#include "base/error.hpp"
#include "sql/database.hpp"

#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace kontor::sql {

/// From before the transaction that deletes until its rows have left the files. All calls block: for pools and
/// commands.
///
/// A note stands in the data folder meanwhile (`app.db.erasing-…`, also with PostgreSQL), so that a crash in between
/// does not leave the bytes there for good: see finish_interrupted_erasures.
class erasure {
 public:
  virtual ~erasure() = default;
  erasure(const erasure&) = delete;
  erasure& operator=(const erasure&) = delete;

  /// Nothing was deleted after all.
  virtual void cancel() noexcept = 0;

  /// To be called after the commit. `traces`: texts of at least 8 bytes that stood in the rows and their indexes; that
  /// one of them is still in a file is logged.
  ///
  /// SQLite: the log of writes is emptied into the database, waiting up to half a minute for those who read; a small
  /// database is written anew, in a larger one what is left between the cells of its pages is overwritten
  /// (sqlite_gaps.hpp); the copies that migrations made are removed, because they hold the rows too. Others who write
  /// wait for a second at most.
  /// PostgreSQL: tables with up to 16 MiB of rows are written anew, unless there are more than 256 MiB to read; larger
  /// ones are vacuumed. Its write-ahead log, replicas and backups are the operator's: docs/operations.md.
  ///
  /// errc::unavailable when somebody kept it from being done, or asked to stop: the note stays.
  virtual base::result<void> finish(std::span<const std::string> traces, const std::stop_token& stop = {}) = 0;

 protected:
  erasure() = default;
};

/// errc::storage_full or errc::unavailable when the note cannot be written: then nothing may be deleted.
base::result<std::unique_ptr<erasure>> begin_erasure(const database_settings& files);

/// Finishes what was begun before the program ended. For the server alone, which holds the lock of the data
/// folder, and not while another erasure of this process is going on. Returns how many notes it found;
/// errc::unavailable as above.
base::result<std::size_t> finish_interrupted_erasures(const database_settings& files, const std::stop_token& stop = {});
/// How many notes there are.
std::size_t count_interrupted_erasures(const database_settings& files);

}  // namespace kontor::sql
