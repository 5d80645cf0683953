#include "sql/postgresql_erasure.hpp"

#include "sql/postgresql_connection.hpp"
#include "sql/soci_session.hpp"

#include <string>
#include <system_error>

namespace kontor::sql {
namespace {

// A table of this size is written anew in less than a second, also by a busy machine; nobody can use it meanwhile.
constexpr std::int64_t always_written_anew = 16 * 1024 * 1024;

constexpr query<std::string, std::int64_t> select_tables{
    "SELECT CAST(quote_ident(tablename) AS TEXT), CAST(pg_table_size(CAST(quote_ident(tablename) AS regclass)) AS "
    "BIGINT)"
    " FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename"};

// A plain VACUUM makes room and leaves the bytes in it, until the page takes a new row.
void clean(soci_session& in, const std::string& table, std::int64_t size) {
  if (size <= always_written_anew) {
    try {
      in.on().run("VACUUM (FULL) " + table);
      return;
    } catch (const sql_error& failed) {
      if (failed.why() != failure::busy) throw;
    }
  }
  in.on().run("VACUUM " + table);
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
