#include "sql/sqlite_connection.hpp"

#include "sql/failures.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace kontor::sql {
namespace {

namespace api = sqlite_api;

api::sqlite3* handle_of(const soci::session& driver) {
  // SOCI has no const access to its back end.
  return static_cast<soci::sqlite3_session_backend*>(const_cast<soci::session&>(driver).get_backend())->conn_;
}

struct close_handle {
  void operator()(api::sqlite3* handle) const noexcept { api::sqlite3_close(handle); }
};

api::sqlite3_stmt* handle_of(soci::statement& statement) {
  return static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_;
}

// The errno behind an I/O error. SQLite keeps it with the connection when a statement met it, but with the file alone
// when a commit did.
int system_error(api::sqlite3* handle, int code) noexcept {
  if ((code & 0xff) != SQLITE_IOERR) return 0;
  if (const int known = api::sqlite3_system_errno(handle); known != 0) return known;
  int last = 0;
  api::sqlite3_file* log = nullptr;
  if (api::sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != nullptr &&
      log->pMethods != nullptr) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &last);
  }
  if (last == 0) api::sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &last);
  return last;
}

sql_error error_of(api::sqlite3* handle, int code) {
  return {of_sqlite(code, system_error(handle, code)),
          "SQLite " + std::to_string(code) + ": " + std::string(api::sqlite3_errmsg(handle))};
}

api::sqlite3_file* file_of(api::sqlite3* handle) {
  api::sqlite3_file* file = nullptr;
  const int code = api::sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK) throw error_of(handle, code);
  return file;
}

// SOCI reads `dbname="…"`, and has no way to write a quotation mark in it.
std::string open_string(const std::filesystem::path& file, sqlite_connection::purpose use) {
  const auto name = std::filesystem::absolute(file).string();
  if (name.find('"') != std::string::npos) {
    throw sql_error(failure::unavailable, "the path of the database must not contain a quotation mark");
  }
  return "dbname=\"" + name + "\"" + (use == sqlite_connection::purpose::look ? " readonly=true" : "");
}

std::string settings_of(sqlite_connection::purpose use, std::chrono::milliseconds busy_timeout) {
  std::string text = "PRAGMA busy_timeout=" + std::to_string(busy_timeout.count()) + ";";
  if (use == sqlite_connection::purpose::look || use == sqlite_connection::purpose::plain) return text;
  // The log goes into the file at 16 MB (4000 pages) and not at SQLite's 4: copying it costs the writer two syncs and
  // more, and the pages that many commits change anew are copied once. After a crash a log of 16 MB is read in an
  // instant.
  text +=
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864; "
      "PRAGMA wal_autocheckpoint=4000; "
      "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";
  text += use == sqlite_connection::purpose::migrate ? "PRAGMA foreign_keys=OFF;" : "PRAGMA foreign_keys=ON;";
  if (use == sqlite_connection::purpose::read) text += "PRAGMA query_only=ON;";
  return text;
}

}  // namespace

sqlite_connection::sqlite_connection(const std::filesystem::path& file, purpose use,
                                     std::chrono::milliseconds busy_timeout)
    : use_(use), log_(file.string() + "-wal") {
  // SQLite would make the file itself, with the mode of the umask.
  if (std::error_code none; !std::filesystem::exists(file, none)) {
    throw sql_error(failure::unavailable, "there is no file " + file.string());
  }
  try {
    driver().open(soci::sqlite3, open_string(file, use));
  } catch (const soci::sqlite3_soci_error& refused) {
    throw sql_error(of_sqlite(refused.result(), 0), refused.get_error_message());
  }
  api::sqlite3_extended_result_codes(handle_of(driver()), 1);
  // SQLite opens what it may not write for reading, begins "immediate" transactions on it, and fails at the first row.
  if (use != purpose::look && api::sqlite3_db_readonly(handle_of(driver()), "main") != 0)
    throw sql_error(failure::unavailable, "the file cannot be written");
  // Two programs that turn a new file to write-ahead logging at once: SQLite does not wait for that lock, so we do.
  const auto deadline = std::chrono::steady_clock::now() + busy_timeout;
  while (true) {
    try {
      run(settings_of(use, busy_timeout));
      return;
    } catch (const sql_error& failed) {
      if (failed.why() != failure::busy || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void sqlite_connection::run(const std::string& statements) {
  const auto handle = handle_of(driver());
  const int code = api::sqlite3_exec(handle, statements.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw error_of(handle, code);
}

bool sqlite_connection::in_transaction() const noexcept {
  return api::sqlite3_get_autocommit(handle_of(driver())) == 0;
}

sql_error sqlite_connection::translate(const soci::soci_error& what) const {
  if (const auto* native = dynamic_cast<const soci::sqlite3_soci_error*>(&what)) {
    const int code = native->result();
    // A job that reads and tried to write is a defect of ours; the file system has codes of its own for a reader.
    const bool is_defect = use_ == purpose::read && code == SQLITE_READONLY;
    return {is_defect ? failure::other : of_sqlite(code, system_error(handle_of(driver()), code)),
            "SQLite " + std::to_string(code) + ": " + what.get_error_message()};
  }
  return {failure::other, what.get_error_message()};
}

void sqlite_connection::check_parameters(soci::statement& prepared, std::size_t given) const {
  // One that was not given would be NULL; one too many has been refused when it was bound.
  const auto wanted = static_cast<std::size_t>(api::sqlite3_bind_parameter_count(handle_of(prepared)));
  if (wanted != given) {
    throw sql_error(failure::other, "the statement has " + std::to_string(wanted) + " parameters, " +
                                        std::to_string(given) + " were given");
  }
}

std::size_t sqlite_connection::columns(soci::statement& executed) const {
  return static_cast<std::size_t>(api::sqlite3_column_count(handle_of(executed)));
}

void sqlite_connection::finish(soci::statement& executed) const noexcept {
  // A statement in the middle of its rows would keep the transaction from ending.
  if (const auto handle = handle_of(executed)) api::sqlite3_reset(handle);
}

void sqlite_connection::empty_log() {
  const auto handle = handle_of(driver());
  const int code = api::sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) throw error_of(handle, code);
}

std::size_t sqlite_connection::read_file(std::int64_t offset, std::span<char> into) {
  const auto handle = handle_of(driver());
  auto* const file = file_of(handle);
  api::sqlite3_int64 size = 0;
  int code = file->pMethods->xFileSize(file, &size);
  if (code != SQLITE_OK) throw error_of(handle, code);
  if (offset >= size) return 0;
  const auto amount = std::min<std::int64_t>(size - offset, static_cast<std::int64_t>(into.size()));
  code = file->pMethods->xRead(file, into.data(), static_cast<int>(amount), offset);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) throw error_of(handle, code);
  return static_cast<std::size_t>(amount);
}

void sqlite_connection::write_file(std::int64_t offset, std::span<const char> bytes) {
  const auto handle = handle_of(driver());
  auto* const file = file_of(handle);
  const int code = file->pMethods->xWrite(file, bytes.data(), static_cast<int>(bytes.size()), offset);
  if (code != SQLITE_OK) throw error_of(handle, code);
}

void sqlite_connection::sync_file() {
  const auto handle = handle_of(driver());
  auto* const file = file_of(handle);
  const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) throw error_of(handle, code);
}

std::uintmax_t sqlite_connection::log_size() const {
  std::error_code none;
  const auto size = std::filesystem::file_size(log_, none);
  if (none && none != std::errc::no_such_file_or_directory) throw sql_error(failure::unavailable, none.message());
  return none ? 0 : size;
}

void sqlite_connection::copy_to(const std::filesystem::path& to) {
  // SOCI has no words for this, so the target is a handle of the driver's own.
  api::sqlite3* opened = nullptr;
  const int code = api::sqlite3_open_v2(to.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<api::sqlite3, close_handle> target(opened);
  if (code != SQLITE_OK) throw error_of(target.get(), code);
  auto* const copying = api::sqlite3_backup_init(target.get(), "main", handle_of(driver()), "main");
  if (copying == nullptr) throw error_of(target.get(), api::sqlite3_extended_errcode(target.get()));
  const int stepped = api::sqlite3_backup_step(copying, -1);
  const int finished = api::sqlite3_backup_finish(copying);
  if (stepped != SQLITE_DONE || finished != SQLITE_OK)
    throw error_of(target.get(), finished != SQLITE_OK ? finished : stepped);
}

void make_private_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) {
    if (errno == EEXIST) return;
    throw std::runtime_error("The database " + file.string() +
                             " cannot be made: " + std::generic_category().message(errno) + ".");
  }
  ::close(made);
}

}  // namespace kontor::sql
