#include "sql/failures.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>

namespace kontor::sql {

std::optional<base::error> to_error(const sql_error& failed) {
  base::error e{base::errc::internal, "", "", failed.what()};
  switch (failed.why()) {
    case failure::conflict:
      e.code = base::errc::conflict;
      return e;
    case failure::full:
      e.code = base::errc::storage_full;
      return e;
    case failure::busy:
    case failure::unavailable:
      e.code = base::errc::unavailable;
      e.retry_after = std::chrono::seconds(1);
      return e;
    case failure::constraint:
    case failure::other:
      return std::nullopt;
  }
  return std::nullopt;
}

failure of_sqlite(int code, int system_error) noexcept {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return failure::conflict;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return failure::constraint;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
      return failure::busy;
    case SQLITE_FULL:
      return failure::full;
    case SQLITE_IOERR:
      // SQLite says FULL for ENOSPC alone; a quota and a limit on file sizes are the same to us.
      if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) return failure::full;
      return failure::unavailable;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL:
      return failure::unavailable;
    default:
      return failure::other;
  }
}

failure of_sqlstate(std::string_view state) noexcept {
  const auto group = state.substr(0, 2);
  if (state == "23505" || state == "23P01") return failure::conflict;
  if (group == "23") return failure::constraint;
  if (state == "40001" || state == "40P01" || state == "55P03") return failure::busy;
  if (state == "53100") return failure::full;
  // 57014 is the statement that ran into its time limit: another try would take as long.
  if (group == "08" || group == "53" || group == "57" || group == "58" || state == "     ") return failure::unavailable;
  return failure::other;
}

}  // namespace kontor::sql
