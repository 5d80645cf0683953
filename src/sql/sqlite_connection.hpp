// A connection to an SQLite file, with the settings every one of ours has.
#pragma once

#include "sql/connection.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>

namespace kontor::sql {

class sqlite_connection final : public connection {
 public:
  enum class purpose {
    write,    ///< Reads and writes.
    read,     ///< Refuses to write.
    look,     ///< Opens the file read-only and changes no setting: it may not be ours.
    plain,    ///< Reads and writes, and changes no setting: a file for another program.
    migrate,  ///< As write, but foreign keys are checked at the end only, so that a table can be rebuilt.
  };

  /// Opens the file, which must exist. Throws sql_error.
  sqlite_connection(const std::filesystem::path& file, purpose use, std::chrono::milliseconds busy_timeout);

  kind which() const noexcept override { return kind::sqlite; }
  void run(const std::string& statements) override;
  bool in_transaction() const noexcept override;
  bool is_dead() const noexcept override { return false; }
  sql_error translate(const soci::soci_error& what) const override;
  void check_parameters(soci::statement& prepared, std::size_t given) const override;
  std::size_t columns(soci::statement& executed) const override;
  void finish(soci::statement& executed) const noexcept override;
  bool survives_failure() const noexcept override { return false; }

  /// Writes what stands in the log of writes into the database and leaves the log without a byte. Throws sql_error,
  /// failure::busy when somebody still reads from it.
  void empty_log();

  /// The bytes of the database file from `offset` on, as they are on the disk, the log of writes left out; how many.
  /// Nothing else may open that file in a process that has connections to it: when any descriptor of a file is closed,
  /// the kernel drops all locks of the process on it (sqlite.org, "How To Corrupt", section 2.2), and another process
  /// takes the log away from under us. Throws sql_error.
  std::size_t read_file(std::int64_t offset, std::span<char> into);

  /// Puts bytes into the database file, past SQLite, and makes them durable. Only where SQLite reads nothing, and only
  /// within a transaction that writes while the log of writes is empty: see sqlite_gaps.cpp. Throw sql_error.
  void write_file(std::int64_t offset, std::span<const char> bytes);
  void sync_file();

  /// How many bytes the log of writes has; 0 when nothing stands in it.
  std::uintmax_t log_size() const;

  /// Writes a copy of the whole database as this connection sees it into `to`, an empty file. Throws sql_error.
  void copy_to(const std::filesystem::path& to);

 private:
  const purpose use_;
  const std::filesystem::path log_;
};

/// Makes an empty file with mode 0600 unless there is one. Throws std::runtime_error with a sentence for the operator.
void make_private_file(const std::filesystem::path& file);

}  // namespace kontor::sql
