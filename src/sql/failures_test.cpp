#include "sql/failures.hpp"

#include <gtest/gtest.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace kontor::sql {

TEST(Failures, OfSqlite) {
  const std::vector<std::pair<int, failure>> table = {
      {SQLITE_CONSTRAINT_UNIQUE, failure::conflict},
      {SQLITE_CONSTRAINT_PRIMARYKEY, failure::conflict},
      {SQLITE_CONSTRAINT_FOREIGNKEY, failure::constraint},
      {SQLITE_CONSTRAINT_NOTNULL, failure::constraint},
      {SQLITE_CONSTRAINT_CHECK, failure::constraint},
      {SQLITE_BUSY, failure::busy},
      {SQLITE_BUSY_SNAPSHOT, failure::busy},
      {SQLITE_LOCKED, failure::busy},
      {SQLITE_FULL, failure::full},
      {SQLITE_IOERR_READ, failure::unavailable},
      {SQLITE_CANTOPEN, failure::unavailable},
      {SQLITE_CORRUPT, failure::unavailable},
      {SQLITE_NOTADB, failure::unavailable},
      {SQLITE_READONLY, failure::unavailable},
      {SQLITE_READONLY_RECOVERY, failure::unavailable},
      {SQLITE_PERM, failure::unavailable},
      {SQLITE_ERROR, failure::other},
      {SQLITE_NOMEM, failure::other},
  };
  for (const auto& [code, expected] : table)
    EXPECT_EQ(of_sqlite(code, 0), expected) << code;
  for (const int reason : {ENOSPC, EDQUOT, EFBIG})
    EXPECT_EQ(of_sqlite(SQLITE_IOERR_WRITE, reason), failure::full) << reason;
  EXPECT_EQ(of_sqlite(SQLITE_IOERR_WRITE, EIO), failure::unavailable);
}

TEST(Failures, OfSqlstate) {
  const std::vector<std::pair<const char*, failure>> table = {
      {"23505", failure::conflict},    {"23P01", failure::conflict},    {"23503", failure::constraint},
      {"23502", failure::constraint},  {"23514", failure::constraint},  {"40001", failure::busy},
      {"40P01", failure::busy},        {"55P03", failure::busy},        {"53100", failure::full},
      {"53300", failure::unavailable}, {"08006", failure::unavailable}, {"57P01", failure::unavailable},
      {"57P03", failure::unavailable}, {"57014", failure::unavailable}, {"58030", failure::unavailable},
      {"     ", failure::unavailable}, {"42601", failure::other},       {"25006", failure::other},
      {"22003", failure::other},       {"0A000", failure::other},
  };
  for (const auto& [state, expected] : table)
    EXPECT_EQ(of_sqlstate(state), expected) << state;
}

TEST(Failures, WhatAClientMeets) {
  EXPECT_EQ(to_error({failure::conflict, "x"})->code, base::errc::conflict);
  EXPECT_EQ(to_error({failure::full, "x"})->code, base::errc::storage_full);
  for (const auto why : {failure::busy, failure::unavailable}) {
    const auto error = to_error({why, "x"});
    EXPECT_EQ(error->code, base::errc::unavailable);
    EXPECT_EQ(error->retry_after, std::chrono::seconds(1));
    EXPECT_EQ(error->detail, "");
  }
  EXPECT_FALSE(to_error({failure::constraint, "x"}).has_value());
  EXPECT_FALSE(to_error({failure::other, "x"}).has_value());
}

}  // namespace kontor::sql
