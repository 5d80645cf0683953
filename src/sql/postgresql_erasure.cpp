#include "sql/postgresql_erasure.hpp"

#include "sql/postgresql_connection.hpp"
#include "sql/soci_session.hpp"

#include <string>
#include <system_error>
#include <tuple>

namespace kontor::sql {
namespace {

constexpr std::int64_t mebibyte = 1024 * 1024;

// So much is written anew in less than a second, also by a busy machine; nobody can use the table meanwhile.
constexpr std::int64_t most_written = 16 * mebibyte;
// A table is read to its end for that, however little of it is in use.
constexpr std::int64_t most_read = 256 * mebibyte;

constexpr query<std::string, std::int64_t> select_tables{
    "SELECT CAST(quote_ident(tablename) AS TEXT), CAST(pg_table_size(CAST(quote_ident(tablename) AS regclass)) AS "
    "BIGINT)"
    " FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename"};

// What VACUUM counted in the table and in the one beside it that holds long values. A row, and each of the pieces that
// such a value is cut into, takes 2 kB at most: https://www.postgresql.org/docs/15/storage-toast.html.
constexpr query<std::int64_t> select_in_use{
    "SELECT CAST(SUM(LEAST(pg_relation_size(part.oid), CAST(part.reltuples AS BIGINT) * 2048)) AS BIGINT)"
    " FROM pg_catalog.pg_class t JOIN pg_catalog.pg_class part ON part.oid IN (t.oid, t.reltoastrelid)"
    " WHERE t.oid = CAST(CAST(:table AS TEXT) AS regclass)"};

// False when somebody kept the table for too long.
bool could_write_anew(soci_session& in, const std::string& table) {
  try {
    in.on().run("VACUUM (FULL) " + table);
    return true;
  } catch (const sql_error& failed) {
    if (failed.why() != failure::busy) throw;
    return false;
  }
}

void clean(soci_session& in, const std::string& table, std::int64_t size) {
  if (size <= most_written && could_write_anew(in, table)) return;
  // It makes room and leaves the bytes in it, until the page takes a new row.
  in.on().run("VACUUM " + table);
  // A long value that is changed often leaves many times its size behind.
  if (size <= most_written || size > most_read) return;
  const auto in_use = in.first(select_in_use, {{"table", table}});
  if (in_use && std::get<0>(*in_use) <= most_written) (void)could_write_anew(in, table);
}

}  // namespace

void clean_postgresql_tables(const database_settings& server, const std::stop_token& stop) {
  soci_session in(std::make_unique<postgresql_connection>(server.url, postgresql_connection::purpose::migrate,
                                                          server.statement_timeout));
  // Who waits for a whole table makes everybody behind wait too.
  in.on().run("SET lock_timeout = '1s'");
  const auto tables = in.all(select_tables);
  for (const auto& [table, size] : tables) {
    if (stop.stop_requested()) throw sql_error(failure::unavailable, "the program ends");
    clean(in, table, size);
  }
}

base::result<void> postgresql_erasure::finish(std::span<const std::string>, const std::stop_token& stop) {
  try {
    clean_postgresql_tables(server_, stop);
    if (note_) note_->done();
    return {};
  } catch (const sql_error& failed) {
    return base::error{base::errc::unavailable, "", "",
                       std::string("deleted rows could not leave the tables' files: ") + failed.what()};
  } catch (const std::system_error& failed) {
    return base::error{base::errc::unavailable, "", "", failed.what()};
  }
}

}  // namespace kontor::sql
