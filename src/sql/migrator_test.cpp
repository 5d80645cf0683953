#include "sql/migrator.hpp"

#include "sql/sqlite_connection.hpp"
#include "tests/support/databases.hpp"

#include <sys/stat.h>
#include <fstream>

namespace kontor::sql {
namespace {

constexpr migration migrator_steps[] = {
    {1, "users", "CREATE TABLE users (id BIGINT PRIMARY KEY, name TEXT NOT NULL); INSERT INTO users VALUES (1, 'a;b')"},
    {2, "notes", "CREATE TABLE notes (id BIGINT PRIMARY KEY, owner BIGINT NOT NULL REFERENCES users (id))"},
    {3, "colour", "ALTER TABLE users ADD COLUMN colour TEXT"},
};
constexpr auto all_steps = std::span(migrator_steps);

struct Migrator : tests::on_each_database {
  // Runs statements as somebody who knows nothing of us.
  void as_stranger(const std::string& statements) {
    if (GetParam() == kind::sqlite) {
      make_private_file(settings.sqlite_file);
      sqlite_connection(settings.sqlite_file, sqlite_connection::purpose::migrate, std::chrono::seconds(5))
          .run(statements);
    } else {
      database_settings other = settings;
      const auto db = open_database(other);
      const auto text = std::make_shared<std::string>(statements);
      (void)db->write_now([text](session& in) { in.execute(*text); }).value();
    }
  }
  std::string refusal(std::span<const migration> to) {
    try {
      migrate(settings, to);
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    return "";
  }
  template <class... Columns>
  auto ask(const query<Columns...>& what) {
    const auto db = open_database(settings);
    return db->read_now([&what](session& in) { return in.all(what); }).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Migrator, tests::each_database, tests::database_name);

constexpr query<std::int64_t, std::string> applied{"SELECT number, name FROM schema_migrations ORDER BY number"};
constexpr query<std::int64_t, std::string> users{"SELECT id, name FROM users ORDER BY id"};

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), {}};
}

}  // namespace

TEST_P(Migrator, GivesEachDatabaseItsOwnPartOfAStep) {
  constexpr migration own[] = {{1, "things",
                                "CREATE TABLE things (name TEXT NOT NULL);"
                                "{on sqlite}INSERT INTO things VALUES ('sqlite');{on both}"
                                "{on postgresql}INSERT INTO things VALUES ('postgresql');{on both}"
                                "INSERT INTO things VALUES ('with both')"}};
  migrate(settings, own);
  constexpr query<std::string> names{"SELECT name FROM things ORDER BY name"};
  const auto found = ask(names);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(std::get<0>(found[0]), GetParam() == kind::sqlite ? "sqlite" : "postgresql");
  EXPECT_EQ(std::get<0>(found[1]), "with both");
}

TEST_P(Migrator, BringsANewDatabaseToTheLastStep) {
  EXPECT_EQ(schema_version(settings), 0);
  const auto report = migrate(settings, all_steps);
  EXPECT_EQ(report.before, 0);
  EXPECT_EQ(report.after, 3);
  EXPECT_TRUE(report.backup.empty());
  EXPECT_EQ(schema_version(settings), 3);
  using row = std::tuple<std::int64_t, std::string>;
  EXPECT_EQ(ask(applied), (std::vector<row>{{1, "users"}, {2, "notes"}, {3, "colour"}}));
  EXPECT_EQ(ask(users), (std::vector<row>{{1, "a;b"}}));
}

TEST_P(Migrator, DoesNothingTheSecondTime) {
  migrate(settings, all_steps);
  const auto report = migrate(settings, all_steps);
  EXPECT_EQ(report.before, 3);
  EXPECT_EQ(report.after, 3);
  EXPECT_TRUE(report.backup.empty());
}

TEST_P(Migrator, CopiesAnSqliteFileBeforeItChangesIt) {
  migrate(settings, all_steps.first(1));
  const auto report = migrate(settings, all_steps);
  EXPECT_EQ(report.before, 1);
  EXPECT_EQ(report.after, 3);
  if (GetParam() == kind::postgresql) {
    EXPECT_TRUE(report.backup.empty());
    return;
  }
  EXPECT_EQ(report.backup, settings.sqlite_file.string() + ".before-2.bak");
  struct stat about{};
  ASSERT_EQ(::stat(report.backup.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  settings.sqlite_file = report.backup;
  EXPECT_EQ(schema_version(settings), 1);
  EXPECT_EQ(ask(users).size(), 1u);
  EXPECT_EQ(migrate(settings, all_steps).after, 3);
}

TEST_P(Migrator, ADatabaseOfANewerProgramIsRefusedAndLeftAsItIs) {
  migrate(settings, all_steps);
  const auto before = GetParam() == kind::sqlite ? content_of(settings.sqlite_file) : "";
  const auto sentence = refusal(all_steps.first(2));
  EXPECT_NE(sentence.find("newer Kontor (its schema is number 3, this program knows 2)"), std::string::npos)
      << sentence;
  EXPECT_EQ(schema_version(settings), 3);
  if (GetParam() == kind::sqlite) EXPECT_EQ(content_of(settings.sqlite_file), before);
}

TEST_P(Migrator, ADatabaseThatIsNotOursIsRefusedAndLeftAsItIs) {
  as_stranger("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)");
  const auto before = GetParam() == kind::sqlite ? content_of(settings.sqlite_file) : "";
  const auto sentence = refusal(all_steps);
  EXPECT_NE(sentence.find("tables that Kontor did not make"), std::string::npos) << sentence;
  if (GetParam() == kind::sqlite) EXPECT_EQ(content_of(settings.sqlite_file), before);
  static constexpr query<std::int64_t> untouched{"SELECT COUNT(email) FROM users"};
  EXPECT_EQ(ask(untouched).size(), 1u);
  EXPECT_THROW(schema_version(settings), std::runtime_error);
}

TEST_P(Migrator, AMigrationsTableOfSomebodyElseIsRefused) {
  as_stranger("CREATE TABLE schema_migrations (version TEXT)");
  EXPECT_NE(refusal(all_steps), "");
}

TEST_P(Migrator, AStepThatFailsLeavesEverythingAsItWas) {
  migrate(settings, all_steps.first(1));
  static constexpr migration broken[] = {
      migrator_steps[0],
      {2, "notes",
       "CREATE TABLE notes (id BIGINT); INSERT INTO users VALUES (2, 'x'); INSERT INTO nowhere VALUES (1)"}};
  const auto sentence = refusal(broken);
  EXPECT_NE(sentence.find("step 2 (notes)"), std::string::npos) << sentence;
  EXPECT_EQ(schema_version(settings), 1);
  EXPECT_EQ(ask(users).size(), 1u);
  EXPECT_EQ(migrate(settings, all_steps).after, 3);
}

TEST_P(Migrator, TwoAtOnceDoItOnce) {
  std::vector<std::future<migration_report>> both;
  for (int i = 0; i < 2; ++i)
    both.push_back(std::async(std::launch::async, [this] { return migrate(settings, all_steps); }));
  const int sum = both[0].get().before + both[1].get().before;
  EXPECT_EQ(sum, 3);  // one found a new database, the other a finished one
  EXPECT_EQ(ask(applied).size(), 3u);
  EXPECT_EQ(ask(users).size(), 1u);
}

TEST_P(Migrator, ATableKeptByKeyIsOneOnBothDatabases) {
  static constexpr std::array<migration, 1> kept{
      {{1, "things",
        "CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT NOT NULL) {kept by key};"
        "INSERT INTO things (id, name) VALUES ('b', 'second'), ('a', 'first')"}}};
  migrate(settings, kept);
  constexpr query<std::string> names{"SELECT name FROM things ORDER BY id"};
  using row = std::tuple<std::string>;
  EXPECT_EQ(ask(names), (std::vector<row>{{"first"}, {"second"}}));
  if (GetParam() != kind::sqlite) return;
  constexpr query<std::int64_t> by_key{"SELECT wr FROM pragma_table_list WHERE name = 'things'"};
  EXPECT_EQ(std::get<0>(ask(by_key).at(0)), 1);
}

TEST_P(Migrator, StepsMustBeNumberedWithoutGaps) {
  static constexpr migration gap[] = {migrator_steps[0], migrator_steps[2]};
  EXPECT_THROW(migrate(settings, gap), std::logic_error);
}

TEST(SqliteMigrator, AReferenceThatAStepBreaksIsRefused) {
  const tests::test_database empty(kind::sqlite);
  migrate(empty.settings(), all_steps);
  static constexpr migration breaking[] = {
      migrator_steps[0], migrator_steps[1], migrator_steps[2], {4, "orphan", "INSERT INTO notes VALUES (1, 77)"}};
  EXPECT_THROW(migrate(empty.settings(), breaking), std::runtime_error);
  EXPECT_EQ(schema_version(empty.settings()), 3);
}

TEST(SqliteMigrator, AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
  const tests::test_database empty(kind::sqlite);
  const std::string text(10'000, 'x');
  std::ofstream(empty.settings().sqlite_file) << text;
  EXPECT_THROW(migrate(empty.settings(), all_steps), std::runtime_error);
  EXPECT_EQ(content_of(empty.settings().sqlite_file), text);
}

TEST(SqliteMigrator, AFolderThatCannotBeWrittenIsRefused) {
  const database_settings settings{.url = {}, .sqlite_file = "/proc/kontor/app.db"};
  EXPECT_THROW(migrate(settings, all_steps), std::runtime_error);
}

}  // namespace kontor::sql
