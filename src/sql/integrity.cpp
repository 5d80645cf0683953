#include "sql/integrity.hpp"

#include "sql/postgresql_connection.hpp"
#include "sql/soci_session.hpp"
#include "sql/sqlite_connection.hpp"

#include <stdexcept>

namespace kontor::sql {
namespace {

constexpr std::size_t most_named = 20;

constexpr query<std::string> check_pages{"SELECT integrity_check FROM pragma_integrity_check(20)"};
constexpr query<std::string, std::string> check_references{
    "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check LIMIT 20"};
constexpr query<std::int64_t> answer{"SELECT CAST(1 AS BIGINT)"};
constexpr query<std::string> sqlite_version{"SELECT sqlite_version()"};
constexpr query<std::string> postgresql_version{"SELECT current_setting('server_version')"};
constexpr query<base::timestamp> postgresql_clock{
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"};
constexpr query<std::optional<base::timestamp>> last_migration{"SELECT MAX(applied_at) FROM schema_migrations"};

soci_session open_to_look(const database_settings& settings) {
  if (settings.url.empty())
    return soci_session(std::make_unique<sqlite_connection>(settings.sqlite_file, sqlite_connection::purpose::look,
                                                            settings.statement_timeout));
  return soci_session(std::make_unique<postgresql_connection>(settings.url, postgresql_connection::purpose::read,
                                                              settings.statement_timeout));
}

std::vector<std::string> damage_of_file(soci_session& in) {
  std::vector<std::string> faults;
  for (auto& [line] : in.all(check_pages))
    if (line != "ok") faults.push_back(std::move(line));
  if (!faults.empty()) return faults;
  for (const auto& [table, parent] : in.all(check_references))
    faults.push_back("a row of " + table + " refers to a row of " + parent + " that does not exist");
  if (faults.size() > most_named) faults.resize(most_named);
  return faults;
}

}  // namespace

std::vector<std::string> find_damage(const database_settings& settings) {
  try {
    auto in = open_to_look(settings);
    if (settings.url.empty()) return damage_of_file(in);
    (void)in.first(answer);
    return {};
  } catch (const sql_error& failed) {
    return {failed.what()};
  }
}

std::string server_version(const database_settings& settings) {
  auto in = open_to_look(settings);
  return std::get<0>(in.first(settings.url.empty() ? sqlite_version : postgresql_version).value());
}

std::optional<base::timestamp> server_clock(const database_settings& settings) {
  if (settings.url.empty()) return std::nullopt;
  auto in = open_to_look(settings);
  return std::get<0>(in.first(postgresql_clock).value());
}

std::optional<base::timestamp> newest_migration(const database_settings& settings) {
  auto in = open_to_look(settings);
  const auto row = in.first(last_migration);
  return row ? std::get<0>(*row) : std::nullopt;
}

}  // namespace kontor::sql
