// See erasure.hpp.
#pragma once

#include "sql/erasure.hpp"
#include "sql/erasure_note.hpp"

#include <optional>
#include <utility>

namespace kontor::sql {

class postgresql_erasure final : public erasure {
 public:
  /// Writes the note, where there is a folder for it. Throws std::system_error.
  explicit postgresql_erasure(database_settings server) : server_(std::move(server)) {
    if (!server_.sqlite_file.empty()) note_.emplace(server_.sqlite_file);
  }

  void cancel() noexcept override {
    if (note_) note_->take_back();
  }
  base::result<void> finish(std::span<const std::string> traces, const std::stop_token& stop) override;

 private:
  const database_settings server_;
  std::optional<erasure_note> note_;
};

/// Cleans the tables as erasure::finish says. Throws sql_error.
void clean_postgresql_tables(const database_settings& server, const std::stop_token& stop);

}  // namespace kontor::sql
