#include "sql/sqlite_erasure.hpp"

#include "base/log.hpp"
#include "sql/byte_search.hpp"
#include "sql/failures.hpp"
#include "sql/patience.hpp"
#include "sql/sqlite_connection.hpp"
#include "sql/sqlite_gaps.hpp"

#include <chrono>
#include <system_error>
#include <utility>

namespace kontor::sql {
namespace {

// Up to here writing the database anew costs less than a second, and gives back the room besides. Nobody can write
// meanwhile, which would be too long for a larger one.
constexpr std::uintmax_t always_written_anew = 64 * 1024 * 1024;
// SQLite makes the new copy in memory; a larger one goes to a file without a name.
constexpr std::uintmax_t largest_in_memory = 256 * 1024 * 1024;

constexpr int most_passes = 3;
constexpr auto patience_of_a_lock = std::chrono::milliseconds(1000);

std::filesystem::path log_of(std::filesystem::path file) {
  file += "-wal";
  return file;
}

// The database file is read through its connection and in no other way: see sqlite_connection::read_file.
bool holds_a_trace(sqlite_connection& on, const std::filesystem::path& file, const byte_search& search) {
  std::int64_t offset = 0;
  const byte_source database = [&on, &offset](std::span<char> into) {
    const auto got = on.read_file(offset, into);
    offset += static_cast<std::int64_t>(got);
    return got;
  };
  return search.finds_in(database) || search.finds_in(log_of(file));
}

void write_anew(sqlite_connection& on, std::uintmax_t size) {
  if (size > largest_in_memory) on.run("PRAGMA temp_store=FILE");
  with_patience([&] { on.run("VACUUM"); });
  with_patience([&] { on.empty_log(); });
}

void remove_copies(const std::filesystem::path& file) {
  const auto beginning = file.filename().string() + ".before-";
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with(beginning)) continue;
    remove_durably(entry.path());
    base::log(base::log_level::info, "the copy from before a migration was removed: it held a deleted account",
              {{"file", entry.path().string()}});
  }
}

base::error to_unavailable(const char* what) {
  return {base::errc::unavailable, "", "", std::string("deleted rows could not leave the files yet: ") + what};
}

}  // namespace

void clean_sqlite_files(const std::filesystem::path& file, std::span<const std::string> traces,
                        const std::stop_token& stop) {
  sqlite_connection on(file, sqlite_connection::purpose::write, patience_of_a_lock);
  with_patience([&] { on.empty_log(); });
  const byte_search search(traces);
  const auto size = std::filesystem::file_size(file);
  if (size <= always_written_anew || !can_find_gaps(on, size)) {
    write_anew(on, size);
  } else {
    // While others write, SQLite lets pages change places, gaps and all: one may go to where was looked already.
    for (int pass = 0; pass < most_passes; ++pass) {
      empty_gaps(on, stop);
      with_patience([&] { on.empty_log(); });
      if (!traces.empty() && !holds_a_trace(on, file, search)) break;
    }
  }
  remove_copies(file);
  // A row of somebody else may hold one of them by right (an administrator's list of addresses, say).
  if (!traces.empty() && holds_a_trace(on, file, search))
    base::log(base::log_level::warning, "a text of a deleted account still stands in the database file");
}

sqlite_erasure::sqlite_erasure(std::filesystem::path file) : file_(std::move(file)), note_(file_) {}

void sqlite_erasure::cancel() noexcept {
  note_.take_back();
}

base::result<void> sqlite_erasure::finish(std::span<const std::string> traces, const std::stop_token& stop) {
  try {
    clean_sqlite_files(file_, traces, stop);
    note_.done();
    return {};
  } catch (const sql_error& failed) {
    return to_unavailable(failed.what());
  } catch (const std::system_error& failed) {
    return to_unavailable(failed.what());
  }
}

}  // namespace kontor::sql
