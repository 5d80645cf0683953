// An SQLite file that is not our own: one that another program wrote, or is to read.
#pragma once

#include "sql/session.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace kontor::sql {

class soci_session;

/// Blocks; used by one thread at a time.
class foreign_file {
 public:
  enum class purpose {
    read,  ///< Opens it read-only, in one transaction: a view of one moment. No byte of it is changed.
    make   ///< Makes it, with mode 0600; until keep() nothing is in it.
  };

  /// Throws sql_error: failure::unavailable when there is no such file to read, or there is one already.
  foreign_file(std::filesystem::path file, purpose why);
  ~foreign_file();
  foreign_file(const foreign_file&) = delete;
  foreign_file& operator=(const foreign_file&) = delete;

  /// In SQLite's own words; texts of statements may be built, from names that come from the program only. A file that
  /// is no database, or in the middle of a transaction that was interrupted, is found at the first statement.
  session& in() noexcept;
  /// Statements without parameters, separated by `;`, to make tables.
  void run(const std::string& statements);
  /// What was written is there, and durable.
  void keep();

 private:
  std::unique_ptr<soci_session> in_;
};

/// Writes a copy of an SQLite database of ours, as it is at this moment, beside whoever uses it, into a new file (mode
/// 0600), and forces it to disk. Throws sql_error, and std::runtime_error with a sentence for the operator when the
/// file is there already or cannot be made.
void copy_database(const std::filesystem::path& database, const std::filesystem::path& to);

}  // namespace kontor::sql
