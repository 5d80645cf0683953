// See erasure.hpp.
#pragma once

#include "sql/erasure.hpp"

#include <filesystem>
#include <vector>

namespace kontor::sql {

class sqlite_erasure final : public erasure {
 public:
  /// Writes the note. Throws std::system_error.
  explicit sqlite_erasure(std::filesystem::path file);

  void cancel() noexcept override;
  base::result<void> finish(std::span<const std::string> traces, const std::stop_token& stop) override;

 private:
  const std::filesystem::path file_;
  std::filesystem::path note_;
};

/// Cleans the files as erasure::finish says. Throws sql_error and std::system_error.
void clean_sqlite_files(const std::filesystem::path& file, std::span<const std::string> traces,
                        const std::stop_token& stop);

std::vector<std::filesystem::path> erasure_notes(const std::filesystem::path& file);
void remove_durably(const std::filesystem::path& path);

}  // namespace kontor::sql
