#include "sql/erasure.hpp"

#include "sql/postgresql_erasure.hpp"
#include "sql/sqlite_erasure.hpp"

#include <system_error>

namespace kontor::sql {
namespace {

base::error to_error(const std::system_error& failed) {
  const bool is_full = failed.code() == std::errc::no_space_on_device;
  return {is_full ? base::errc::storage_full : base::errc::unavailable, "", "", failed.what()};
}

}  // namespace

base::result<std::unique_ptr<erasure>> begin_erasure(const database_settings& files) {
  try {
    if (!files.url.empty()) return std::unique_ptr<erasure>(std::make_unique<postgresql_erasure>(files));
    return std::unique_ptr<erasure>(std::make_unique<sqlite_erasure>(files.sqlite_file));
  } catch (const std::system_error& failed) {
    return to_error(failed);
  }
}

base::result<std::size_t> finish_interrupted_erasures(const database_settings& files, const std::stop_token& stop) {
  const auto notes = erasure_notes(files.sqlite_file);
  if (notes.empty()) return std::size_t{0};
  try {
    files.url.empty() ? clean_sqlite_files(files.sqlite_file, {}, stop) : clean_postgresql_tables(files, stop);
    for (const auto& note : notes)
      remove_durably(note);
    return notes.size();
  } catch (const sql_error& failed) {
    return base::error{base::errc::unavailable, "", "", failed.what()};
  } catch (const std::system_error& failed) {
    return to_error(failed);
  }
}

std::size_t count_interrupted_erasures(const database_settings& files) {
  return erasure_notes(files.sqlite_file).size();
}

}  // namespace kontor::sql
