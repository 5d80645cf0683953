#include "backup/archive.hpp"

#include "base/text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace kontor::backup {
namespace {

const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Archive : testing::Test {
  Archive() { std::filesystem::create_directory(target()); }
  std::filesystem::path file() const { return folder.path() / "backup"; }
  std::filesystem::path target() const { return folder.path() / "target"; }
  std::filesystem::path put(const std::string& name, std::string_view content) const {
    std::ofstream(folder.path() / name, std::ios::binary) << content;
    return folder.path() / name;
  }
  // A container around any text at all.
  void put_raw(std::string_view content) const {
    std::filesystem::remove(file());
    container_writer out(file(), {}, noon);
    out.write(base::as_bytes(content));
    out.finish();
  }
  archive_facts facts() const { return {.program = "1.2.3", .schema = 13, .made_at = noon, .files = {}}; }
  void unpack() const {
    container_reader in(file(), {});
    unpacked_archive unpacked(in, target());
    unpacked.keep();
  }

  tests::temporary_folder folder;
};

}  // namespace

TEST_F(Archive, FilesComeBackAsTheyWere) {
  const std::string database(700'000, 'd');
  {
    container_writer out(file(), {}, noon);
    const auto written =
        write_archive(out, facts(), {{"app.db", put("one", database)}, {"jwt.key", put("two", "key\n")}});
    EXPECT_EQ(written.files.size(), 2U);
    out.finish();
  }
  container_reader in(file(), {});
  {
    unpacked_archive unpacked(in, target());
    EXPECT_EQ(unpacked.facts().program, "1.2.3");
    EXPECT_EQ(unpacked.facts().schema, 13);
    EXPECT_EQ(unpacked.facts().made_at, noon);
    EXPECT_EQ(bytes_of(unpacked.place_of("app.db")), database);
    EXPECT_FALSE(std::filesystem::exists(target() / "app.db"));
    unpacked.keep();
  }
  EXPECT_EQ(bytes_of(target() / "app.db"), database);
  EXPECT_EQ(bytes_of(target() / "jwt.key"), "key\n");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(target())) {
    struct stat about{};
    ASSERT_EQ(::stat(entry.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 2U);
}

TEST_F(Archive, WhatIsNotKeptLeavesNothing) {
  {
    container_writer out(file(), {}, noon);
    (void)write_archive(out, facts(), {{"app.db", put("one", "database")}});
    out.finish();
  }
  {
    container_reader in(file(), {});
    const unpacked_archive unpacked(in, target());
  }
  EXPECT_TRUE(std::filesystem::is_empty(target()));
}

TEST_F(Archive, NothingIsReplaced) {
  {
    container_writer out(file(), {}, noon);
    (void)write_archive(out, facts(), {{"app.db", put("one", "database")}});
    out.finish();
  }
  std::ofstream(target() / "app.db") << "another";
  EXPECT_THROW(unpack(), std::runtime_error);
  EXPECT_EQ(bytes_of(target() / "app.db"), "another");
}

// Killed at any step, the same restore goes through afterwards, and nothing of it is taken for another's.
TEST_F(Archive, GoesOnWhereAKilledAttemptEnded) {
  {
    container_writer out(file(), {}, noon);
    (void)write_archive(out, facts(), {{"app.db", put("one", "database")}, {"jwt.key", put("two", "key\n")}});
    out.finish();
  }
  std::ofstream(target() / "app.db.restoring") << "hal";
  std::ofstream(target() / "app.db.restoring-journal") << "of another";
  std::ofstream(target() / "vault.key.restoring") << "of another backup";
  std::ofstream(target() / "jwt.key") << "key\n";
  unpack();
  EXPECT_EQ(bytes_of(target() / "app.db"), "database");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(target()), {}), 2);

  std::filesystem::remove(target() / "app.db");
  std::ofstream(target() / "jwt.key") << "another\n";
  EXPECT_THROW(unpack(), std::runtime_error);
  EXPECT_EQ(bytes_of(target() / "jwt.key"), "another\n");
  EXPECT_FALSE(std::filesystem::exists(target() / "app.db"));
}

TEST_F(Archive, NamesLeadNowhereElseAndSizesMustHold) {
  const std::string head = R"({"program":"1","schema":13,"made_at":"2026-01-01T00:00:00Z","files":)";
  put_raw(head + R"([{"name":"app.db","size":1}]})" + "\nd");
  ASSERT_NO_THROW(unpack());
  std::filesystem::remove(target() / "app.db");
  for (const auto& bad : {
           head + R"([{"name":"../app.db","size":1}]})" + "\nd",
           head + R"([{"name":"/tmp/app.db","size":1}]})" + "\nd",
           head + R"([{"name":".env","size":1}]})" + "\nd",
           head + R"([{"name":"app.db","size":1},{"name":"app.db","size":1}]})" + "\ndd",
           head + R"([{"name":"app.db","size":-1}]})" + "\nd",
           head + R"([{"name":"app.db","size":2}]})" + "\nd",
           head + R"([{"name":"app.db","size":0}]})" + "\nd",
           head + R"([{"name":"app.db","size":1,"mode":1}]})" + "\nd",
           head + R"([{"name":"app.db","size":"1"}]})" + "\nd",
           head + R"("app.db"})" + "\nd",
           std::string("{}\nd"),
           std::string("no json\nd"),
           std::string(),
           std::string(100'000, 'x'),
       }) {
    put_raw(bad);
    EXPECT_THROW(unpack(), unusable_backup) << bad.substr(0, 200);
    EXPECT_TRUE(std::filesystem::is_empty(target()));
  }
}

}  // namespace kontor::backup
