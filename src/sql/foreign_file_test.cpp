#include "sql/foreign_file.hpp"

#include "sql/migrator.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace kontor::sql {
namespace {

constexpr query<std::int64_t> count_things{"SELECT COUNT(*) FROM things"};

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void make_things(const std::filesystem::path& file) {
  foreign_file made(file, foreign_file::purpose::make);
  made.run("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)");
  made.in().execute("INSERT INTO things (id, name) VALUES (:id, :name)", {{"id", 1}, {"name", "ä"}});
  made.keep();
}

struct ForeignFile : testing::Test {
  std::filesystem::path file() const { return folder.path() / "other.db"; }
  tests::temporary_folder folder;
};

}  // namespace

TEST_F(ForeignFile, WhatWasKeptIsReadAndNoByteOfItChanges) {
  make_things(file());
  struct stat about{};
  ASSERT_EQ(::stat(file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto before = bytes_of(file());
  // SQLite file format, section 1.3.3: 1 is a file without a log of writes, which every program can read.
  EXPECT_EQ(before.at(18), 1);
  {
    foreign_file opened(file(), foreign_file::purpose::read);
    EXPECT_EQ(std::get<0>(opened.in().first(count_things).value()), 1);
    EXPECT_THROW(opened.in().execute("DELETE FROM things"), sql_error);
  }
  EXPECT_EQ(bytes_of(file()), before);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    EXPECT_EQ(entry.path(), file());
}

TEST_F(ForeignFile, WhatWasNotKeptIsNotThere) {
  {
    foreign_file made(file(), foreign_file::purpose::make);
    made.run("CREATE TABLE things (id INTEGER PRIMARY KEY)");
  }
  foreign_file opened(file(), foreign_file::purpose::read);
  EXPECT_THROW((void)opened.in().first(count_things), sql_error);
}

TEST_F(ForeignFile, NothingToReadAndNothingToMakeOver) {
  EXPECT_THROW(foreign_file(file(), foreign_file::purpose::read), sql_error);
  make_things(file());
  EXPECT_THROW(foreign_file(file(), foreign_file::purpose::make), sql_error);
}

TEST_F(ForeignFile, AFileThatIsNoDatabaseIsFoundAtTheFirstStatement) {
  std::ofstream(file()) << std::string(5000, 'x');
  EXPECT_THROW(
      {
        foreign_file opened(file(), foreign_file::purpose::read);
        (void)opened.in().first(count_things);
      },
      sql_error);
}

TEST_F(ForeignFile, ACopyIsWholeWhileOthersWrite) {
  constexpr migration steps[] = {{1, "things", "CREATE TABLE things (id BIGINT PRIMARY KEY)"}};
  database_settings settings;
  settings.sqlite_file = folder.path() / "app.db";
  migrate(settings, steps);
  const auto store = open_database(settings);
  const auto add = [&store](std::int64_t id) {
    auto job = [id](session& in) { return in.execute("INSERT INTO things (id) VALUES (:id)", {{"id", id}}); };
    return store->write_now(std::move(job)).value();
  };
  add(1);
  // What is in the log of writes only is in the copy too.
  copy_database(settings.sqlite_file, file());
  EXPECT_EQ(bytes_of(file()).at(18), 1);
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
  add(2);
  EXPECT_THROW(copy_database(settings.sqlite_file, file()), std::runtime_error);
  database_settings of_copy;
  of_copy.sqlite_file = file();
  const auto copy = open_database(of_copy);
  EXPECT_EQ(std::get<0>(copy->read_now([](session& in) { return in.first(count_things); }).value().value()), 1);
}

}  // namespace kontor::sql
