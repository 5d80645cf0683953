#include "command/opened_installation.hpp"

#include "app/migrations.hpp"
#include "app/part_settings.hpp"
#include "app/predecessor.hpp"
#include "sql/migrator.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace kontor::command {
namespace {

// A command works on an installation; only the server makes one. In the wrong folder we would otherwise leave an empty
// database behind and answer from it.
void refuse_missing(const std::filesystem::path& file) {
  std::error_code failed;
  if (std::filesystem::exists(file, failed)) return;
  if (failed)
    throw std::runtime_error("The database " + file.string() + " cannot be looked at: " + failed.message() + ".");
  throw std::runtime_error("There is no database " + file.string() +
                           ". Start the server once (kontor serve), or check DATA_DIR.");
}

// Where others may be at work the tables are as they must be, or we stay away.
void refuse_other_schema(const sql::database_settings& opened) {
  const int wanted = app::all_migrations().back().number;
  const int found = sql::schema_version(opened);
  if (found == wanted) return;
  if (found > wanted)
    throw std::runtime_error("The database was written by a newer Kontor. Use that program for this command.");
  if (opened.url.empty())
    throw std::runtime_error("The running server is of another version than this program. Restart it first.");
  throw std::runtime_error(
      "The database of DATABASE_URL is not one that this program can use yet. Start the server once (kontor serve), or "
      "check DATABASE_URL.");
}

}  // namespace

opened_installation::opened_installation(const app::config& settings) {
  const auto opened = app::database_settings_of(settings);
  if (opened.url.empty()) {
    app::refuse_predecessor(settings);
    refuse_missing(opened.sqlite_file);
    try {
      alone_.emplace(settings.data_dir);
      (void)sql::migrate(opened, app::all_migrations());
    } catch (const sql::data_folder_in_use&) {
      refuse_other_schema(opened);
    }
  } else {
    // The lock is one of this machine; who else uses that database it cannot tell.
    refuse_other_schema(opened);
  }
  database_ = sql::open_database(opened);
}

}  // namespace kontor::command
