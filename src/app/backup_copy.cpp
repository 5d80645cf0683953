#include "app/backup_copy.hpp"

#include "app/migrations.hpp"
#include "app/part_settings.hpp"
#include "base/text.hpp"
#include "sql/foreign_file.hpp"
#include "sql/integrity.hpp"
#include "sql/migrator.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace kontor::app {
namespace {

constexpr std::string_view copy_name = "app.db.before-backup.partial";

void remove_copy(const std::filesystem::path& file) noexcept {
  for (const auto* ending : {"", "-journal", "-wal", "-shm"})
    ::unlink((file.string() + ending).c_str());
}

// What is put into the backup is looked at, and not only where it came from: SQLite takes an empty file for a database.
void refuse_unfit(const std::filesystem::path& copy) {
  std::error_code unknown;
  if (!std::filesystem::exists(copy, unknown))
    throw std::runtime_error(
        "No backup was made: an account was deleted meanwhile, which removes all copies. Call this again.");
  sql::database_settings look;
  look.sqlite_file = copy;
  if (const auto damage = sql::find_damage(look); !damage.empty())
    throw std::runtime_error("The database is damaged, and no backup was made: " + damage.front() +
                             ". Run kontor doctor.");
  if (sql::schema_version(look) != all_migrations().back().number)
    throw std::runtime_error("The copy of the database is not whole, and no backup was made. Call this again.");
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code unknown;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unknown))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

bool is_restoring(std::string_view name) noexcept {
  return name.find(".restoring") != std::string_view::npos;
}

}  // namespace

backup_lock::backup_lock(std::filesystem::path folder)
    // The file of the server's lock, with a lock of another kind: neither knows of the other.
    : path_(std::move(folder)), file_(::open((path_ / "kontor.lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  is_held_ = file_ >= 0 && ::fcntl(file_, F_OFD_SETLK, &whole) == 0;
}

backup_lock::~backup_lock() {
  if (file_ >= 0) ::close(file_);
}

void backup_lock::demand() const {
  if (is_held_) return;
  throw std::runtime_error("Another backup of " + path_.string() +
                           " is being made. Wait until it is done, then call this again.");
}

backup_copy::backup_copy(const config& settings, const backup_lock& alone)
    : file_(settings.data_dir / copy_name), at_a_signal_(file_), its_journal_(file_.string() + "-journal") {
  alone.demand();
  remove_copy(file_);
  try {
    sql::copy_database(database_settings_of(settings).sqlite_file, file_);
    refuse_unfit(file_);
  } catch (...) {
    remove_copy(file_);
    throw;
  }
}

backup_copy::~backup_copy() {
  remove_copy(file_);
}

void remove_left_copies(const config& settings) noexcept {
  const backup_lock alone(settings.data_dir);
  if (alone.is_held()) remove_copy(settings.data_dir / copy_name);
}

std::vector<std::string> find_left_files(const config& settings) {
  const backup_lock alone(settings.data_dir);
  std::vector<std::string> left;
  for (auto& name : names_in(settings.data_dir)) {
    const bool is_copy = name.starts_with(copy_name) && alone.is_held();
    const bool is_key = (name.starts_with("vault.key.") || name.starts_with("jwt.key.")) && name.ends_with(".new");
    if (is_copy || is_key || is_restoring(name)) left.push_back(std::move(name));
  }
  return left;
}

void refuse_interrupted_restore(const config& settings) {
  for (const auto& name : names_in(settings.data_dir))
    if (is_restoring(name))
      throw std::runtime_error("A restore into the data folder " + settings.data_dir.string() +
                               " was interrupted (it holds " + base::printable(name, 80) +
                               "). Call kontor restore again, with the same backup; or, to begin anew instead, empty "
                               "the folder.");
}

}  // namespace kontor::app
