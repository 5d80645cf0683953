// The database of an installation that is there, for a command.
#pragma once

#include "app/config.hpp"
#include "sql/data_folder.hpp"
#include "sql/database.hpp"

#include <memory>
#include <optional>

namespace kontor::command {

/// Open beside its server or without it. decisions/0003.
class opened_installation {
 public:
  /// Throws std::runtime_error with a sentence for the operator, also when the folder is the predecessor's.
  explicit opened_installation(const app::config& settings);

  sql::database& database() noexcept { return *database_; }

 private:
  /// Outlives the database, so that no server of another version changes the tables underneath it.
  std::optional<sql::data_folder_lock> alone_;
  std::unique_ptr<sql::database> database_;
};

}  // namespace kontor::command
