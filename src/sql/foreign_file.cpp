#include "sql/foreign_file.hpp"

#include "sql/soci_session.hpp"
#include "sql/sqlite_connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace kontor::sql {
namespace {

// Whoever has it open holds it for a commit at the most.
constexpr auto patience = std::chrono::seconds(5);

bool is_there(const std::filesystem::path& file) {
  std::error_code unknown;
  return std::filesystem::exists(std::filesystem::symlink_status(file, unknown));
}

void sync(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (!done)
    throw std::runtime_error("The copy " + path.string() +
                             " cannot be written: " + std::generic_category().message(code) + ".");
}

}  // namespace

foreign_file::foreign_file(std::filesystem::path file, purpose why) {
  if (why == purpose::make) {
    if (is_there(file)) throw sql_error(failure::unavailable, "there is a file " + file.string() + " already");
    make_private_file(file);
  }
  const auto use = why == purpose::make ? sqlite_connection::purpose::plain : sqlite_connection::purpose::look;
  in_ = std::make_unique<soci_session>(std::make_unique<sqlite_connection>(file, use, patience));
  // What the schema of somebody else calls must not run as if we had asked for it.
  in_->on().run("PRAGMA trusted_schema=OFF; BEGIN");
}

foreign_file::~foreign_file() = default;

session& foreign_file::in() noexcept {
  return *in_;
}

void foreign_file::run(const std::string& statements) {
  in_->on().run(statements);
}

void foreign_file::keep() {
  in_->on().run("COMMIT");
}

void copy_database(const std::filesystem::path& database, const std::filesystem::path& to) {
  if (is_there(to)) throw std::runtime_error("There is a file " + to.string() + " already.");
  make_private_file(to);
  try {
    sqlite_connection(database, sqlite_connection::purpose::look, patience).copy_to(to);
    // A copy says of itself that it has a log of writes, as its original; whoever only looks would have to make one.
    sqlite_connection(to, sqlite_connection::purpose::plain, patience).run("PRAGMA journal_mode=DELETE");
    sync(to);
  } catch (...) {
    std::error_code unknown;
    std::filesystem::remove(to, unknown);
    throw;
  }
}

}  // namespace kontor::sql
