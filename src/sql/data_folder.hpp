// The folder that holds everything this installation owns. One server at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace kontor::sql {

/// Another process holds the lock. `what()` is a sentence for the operator.
class data_folder_in_use : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A sentence for the operator when others than the owner have rights in the folder (mode & 0077); nullopt when they
/// have none, or when nobody can tell.
std::optional<std::string> warn_of_open_folder(const std::filesystem::path& folder);

/// Makes the folder when it is missing (mode 0700) and holds an exclusive lock on `<folder>/kontor.lock` until
/// destroyed or the process ends, however it ends. Throws data_folder_in_use when another process holds it, and
/// std::runtime_error with a sentence for the operator when the folder cannot be made or written.
class data_folder_lock {
 public:
  explicit data_folder_lock(const std::filesystem::path& folder);
  ~data_folder_lock();
  data_folder_lock(const data_folder_lock&) = delete;
  data_folder_lock& operator=(const data_folder_lock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace kontor::sql
