// From a failure of the database to what the caller meets.
#pragma once

#include "base/error.hpp"
#include "sql/session.hpp"

#include <exception>
#include <optional>

namespace kontor::sql {

/// The outcome a client can meet: conflict → errc::conflict, busy and unavailable → errc::unavailable, full →
/// errc::storage_full. Nothing for the rest: those are defects of ours.
std::optional<base::error> to_error(const sql_error& failed);

/// What SQLite's extended result code means. `system_error` is the errno behind an I/O error.
/// https://www.sqlite.org/rescode.html
failure of_sqlite(int code, int system_error) noexcept;

/// What an SQLSTATE means. https://www.postgresql.org/docs/15/errcodes-appendix.html
failure of_sqlstate(std::string_view state) noexcept;

}  // namespace kontor::sql
