// The copy of the database that a backup is made of, and what commands leave behind that were killed.
#pragma once

#include "app/config.hpp"
#include "app/interruption.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kontor::app {

/// One backup of a data folder at a time.
class backup_lock {
 public:
  explicit backup_lock(std::filesystem::path folder);
  ~backup_lock();
  backup_lock(const backup_lock&) = delete;
  backup_lock& operator=(const backup_lock&) = delete;
  /// False also where nobody can tell.
  bool is_held() const noexcept { return is_held_; }
  /// Throws std::runtime_error with a sentence for the operator unless it is.
  void demand() const;

 private:
  const std::filesystem::path path_;
  int file_ = -1;
  bool is_held_ = false;
};

/// A copy of the SQLite database that goes away, also at a signal; a killed one is removed by the next, by the start of
/// the server, and by the next deletion of an account (sql::erasure).
class backup_copy {
 public:
  /// Whole, and with the tables of this program. The lock outlives it. Throws std::runtime_error with a sentence for
  /// the operator.
  backup_copy(const config& settings, const backup_lock& alone);
  ~backup_copy();
  backup_copy(const backup_copy&) = delete;
  backup_copy& operator=(const backup_copy&) = delete;
  const std::filesystem::path& file() const noexcept { return file_; }

 private:
  const std::filesystem::path file_;
  const removed_when_interrupted at_a_signal_;
  const removed_when_interrupted its_journal_;
};

/// For the start of the server. Whatever cannot be removed stays.
void remove_left_copies(const config& settings) noexcept;

/// What lies in the data folder and belongs to no command that runs, as far as one can tell: names, in order.
std::vector<std::string> find_left_files(const config& settings);

/// Throws std::runtime_error with a sentence for the operator when a restore into the data folder did not come to its
/// end.
void refuse_interrupted_restore(const config& settings);

}  // namespace kontor::app
