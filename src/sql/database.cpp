#include "sql/database.hpp"

#include "sql/postgresql_database.hpp"
#include "sql/sqlite_database.hpp"

#include <stdexcept>

namespace kontor::sql {

base::error no_room() {
  return {base::errc::storage_full, "", "", "what is left of the disk is kept"};
}

std::unique_ptr<database> open_database(const database_settings& settings) {
  try {
    if (settings.url.empty()) return std::make_unique<sqlite_database>(settings);
    return std::make_unique<postgresql_database>(settings);
  } catch (const sql_error& failed) {
    const auto place = settings.url.empty() ? settings.sqlite_file.string() : std::string("DATABASE_URL");
    throw std::runtime_error("The database (" + place + ") cannot be opened: " + failed.what() + ".");
  }
}

}  // namespace kontor::sql
