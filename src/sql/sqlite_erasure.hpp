// See erasure.hpp.
#pragma once

#include "sql/erasure.hpp"
#include "sql/erasure_note.hpp"

#include <filesystem>

namespace kontor::sql {

class sqlite_erasure final : public erasure {
 public:
  /// Writes the note. Throws std::system_error.
  explicit sqlite_erasure(std::filesystem::path file);

  void cancel() noexcept override;
  base::result<void> finish(std::span<const std::string> traces, const std::stop_token& stop) override;

 private:
  const std::filesystem::path file_;
  erasure_note note_;
};

/// Cleans the files as erasure::finish says. Throws sql_error and std::system_error.
void clean_sqlite_files(const std::filesystem::path& file, std::span<const std::string> traces,
                        const std::stop_token& stop);

}  // namespace kontor::sql
