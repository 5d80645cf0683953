// The folder that holds everything this installation owns. One server at a time.
#pragma once

#include <filesystem>

namespace kontor::sql {

/// Makes the folder when it is missing (mode 0700) and holds an exclusive lock on `<folder>/kontor.lock` until
/// destroyed or the process ends, however it ends. Throws std::runtime_error with a sentence for the operator when
/// another process holds it or the folder cannot be written.
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
