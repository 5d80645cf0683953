#include "sql/migrator.hpp"

#include "sql/postgresql_connection.hpp"
#include "sql/soci_session.hpp"
#include "sql/sqlite_connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <system_error>

namespace kontor::sql {
namespace {

constexpr query<std::int64_t> sqlite_tables{
    "SELECT COUNT(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"};
constexpr query<std::int64_t> sqlite_has_table{
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"};
constexpr query<std::int64_t> postgresql_tables{
    "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"};
constexpr query<std::int64_t> postgresql_has_table{
    "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = "
    "'schema_migrations'"};
constexpr query<std::int64_t> last_number{"SELECT COALESCE(MAX(number), 0) FROM schema_migrations"};
constexpr std::string_view make_table =
    "CREATE TABLE schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";
constexpr std::string_view insert_step =
    "INSERT INTO schema_migrations (number, name, applied_at) VALUES (:number, :name, :applied_at)";

// Any number will do, as long as nobody else in the database takes it: the bytes of "kontor".
constexpr std::string_view take_migration_lock = "SELECT pg_advisory_xact_lock(118165512613746)";

constexpr auto longest_wait_for_another = std::chrono::seconds(60);

struct found {
  bool has_table = false;
  int version = 0;
};

// What the database holds. Throws when it is somebody else's.
found look(soci_session& in) {
  const bool sqlite = in.database_kind() == kind::sqlite;
  found state;
  state.has_table = std::get<0>(in.first(sqlite ? sqlite_has_table : postgresql_has_table).value()) != 0;
  if (state.has_table) {
    state.version = static_cast<int>(std::get<0>(in.first(last_number).value()));
    return state;
  }
  if (std::get<0>(in.first(sqlite ? sqlite_tables : postgresql_tables).value()) != 0) {
    throw std::runtime_error(
        "It holds tables that Kontor did not make, and was left as it is. Give Kontor a database of its own.");
  }
  return state;
}

void refuse_newer(int version, std::span<const migration> steps) {
  const int known = static_cast<int>(steps.size());
  if (version <= known) return;
  throw std::runtime_error("It was written by a newer Kontor (its schema is number " + std::to_string(version) +
                           ", this program knows " + std::to_string(known) +
                           "). Start the newer program, or restore a backup.");
}

void check_steps(std::span<const migration> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].number != static_cast<int>(i) + 1) throw std::logic_error("migrations must be numbered 1, 2, 3, …");
  }
}

// Without what is for the other database alone.
std::string own_part_of(kind which, std::string_view text) {
  constexpr std::string_view end = "{on both}";
  const std::string_view own = which == kind::sqlite ? "{on sqlite}" : "{on postgresql}";
  std::string part;
  for (auto at = text.find("{on "); at != std::string_view::npos; at = text.find("{on ")) {
    part += text.substr(0, at);
    text.remove_prefix(at);
    const auto head = text.substr(0, text.find('}') + 1);
    const auto stop = text.find(end);
    if (stop == std::string_view::npos) throw std::logic_error("a part of a step for one database has no end");
    if (head == own) part += text.substr(head.size(), stop - head.size());
    text.remove_prefix(stop + end.size());
  }
  part += text;
  return part;
}

std::string statements_for(kind which, const migration& step) {
  constexpr std::string_view mark = " {kept by key}";
  const std::string_view meaning = which == kind::sqlite ? " WITHOUT ROWID" : "";
  auto text = own_part_of(which, step.statements);
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
    text.replace(at, mark.size(), meaning);
  return text;
}

void apply(soci_session& in, found before, std::span<const migration> steps) {
  if (!before.has_table) in.on().run(std::string(make_table));
  const auto now = base::system_clock().now();
  for (const auto& step : steps.subspan(static_cast<std::size_t>(before.version))) {
    try {
      in.on().run(statements_for(in.database_kind(), step));
    } catch (const sql_error& failed) {
      throw sql_error(failed.why(),
                      "step " + std::to_string(step.number) + " (" + std::string(step.name) + "): " + failed.what());
    }
    in.execute(insert_step, {{"number", step.number}, {"name", step.name}, {"applied_at", now}});
  }
}

void sync(const std::filesystem::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!done)
    throw std::runtime_error("The copy " + path.string() +
                             " cannot be written: " + std::generic_category().message(why) + ".");
}

// Under its own name only when it is whole and on the disk: half a copy is none.
std::filesystem::path make_copy(const std::filesystem::path& file, int first_step) {
  auto copy = file;
  copy += ".before-" + std::to_string(first_step) + ".bak";
  auto partial = copy;
  partial += ".partial";
  std::filesystem::remove(partial);
  make_private_file(partial);
  // A connection of its own: the one that migrates is in the middle of a transaction, which has not written yet.
  sqlite_connection(file, sqlite_connection::purpose::look, std::chrono::seconds(5)).copy_to(partial);
  sync(partial, O_RDONLY);
  std::filesystem::rename(partial, copy);
  sync(file.has_parent_path() ? file.parent_path() : ".", O_RDONLY | O_DIRECTORY);
  return copy;
}

constexpr query<std::string> broken_reference{"SELECT \"table\" FROM pragma_foreign_key_check"};

migration_report migrate_sqlite(const database_settings& settings, std::span<const migration> steps) {
  make_private_file(settings.sqlite_file);
  {
    soci_session first_look(std::make_unique<sqlite_connection>(settings.sqlite_file, sqlite_connection::purpose::look,
                                                                settings.statement_timeout));
    refuse_newer(look(first_look).version, steps);
  }
  soci_session in(std::make_unique<sqlite_connection>(settings.sqlite_file, sqlite_connection::purpose::migrate,
                                                      longest_wait_for_another));
  in.on().run("BEGIN IMMEDIATE");
  // Another program may have been here since the first look.
  const auto before = look(in);
  refuse_newer(before.version, steps);
  migration_report report{.before = before.version, .after = static_cast<int>(steps.size()), .backup = {}};
  if (before.has_table && report.before == report.after) {
    in.on().run("ROLLBACK");
    return report;
  }
  if (before.version > 0) report.backup = make_copy(settings.sqlite_file, before.version + 1);
  apply(in, before, steps);
  if (const auto broken = in.first(broken_reference)) {
    throw std::runtime_error("The new schema would leave rows of " + std::get<0>(*broken) +
                             " without the rows they refer to.");
  }
  in.on().run("COMMIT");
  return report;
}

migration_report migrate_postgresql(const database_settings& settings, std::span<const migration> steps) {
  soci_session in(std::make_unique<postgresql_connection>(settings.url, postgresql_connection::purpose::migrate,
                                                          settings.statement_timeout));
  in.on().run("BEGIN");
  in.on().run(std::string(take_migration_lock));
  const auto before = look(in);
  refuse_newer(before.version, steps);
  if (!before.has_table || before.version < static_cast<int>(steps.size())) apply(in, before, steps);
  in.on().run("COMMIT");
  return {.before = before.version, .after = static_cast<int>(steps.size()), .backup = {}};
}

std::string place_of(const database_settings& settings) {
  return settings.url.empty() ? "The database " + settings.sqlite_file.string()
                              : std::string("The database of DATABASE_URL");
}

template <class Body>
auto with_sentence(const database_settings& settings, Body&& body) {
  try {
    return body();
  } catch (const sql_error& failed) {
    throw std::runtime_error(place_of(settings) +
                             " cannot be brought up to date, and was left as it is: " + failed.what() + ".");
  } catch (const std::runtime_error& refused) {
    throw std::runtime_error(place_of(settings) + " cannot be used. " + refused.what());
  }
}

}  // namespace

migration_report migrate(const database_settings& settings, std::span<const migration> steps) {
  check_steps(steps);
  return with_sentence(settings, [&] {
    return settings.url.empty() ? migrate_sqlite(settings, steps) : migrate_postgresql(settings, steps);
  });
}

int schema_version(const database_settings& settings) {
  return with_sentence(settings, [&] {
    if (settings.url.empty()) {
      if (!std::filesystem::exists(settings.sqlite_file)) return 0;
      soci_session in(std::make_unique<sqlite_connection>(settings.sqlite_file, sqlite_connection::purpose::look,
                                                          settings.statement_timeout));
      return look(in).version;
    }
    soci_session in(std::make_unique<postgresql_connection>(settings.url, postgresql_connection::purpose::read,
                                                            settings.statement_timeout));
    return look(in).version;
  });
}

}  // namespace kontor::sql
