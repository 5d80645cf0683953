#include "legacy/old_rows.hpp"

#include "legacy/legacy_fixture.hpp"
#include "legacy/unusable_folder.hpp"
#include "sql/foreign_file.hpp"

#include <gtest/gtest.h>

namespace kontor::legacy {
namespace {

struct OldRows : testing::Test {
  std::filesystem::path file() const { return folder.path() / "app.db"; }
  void make(const std::string& statements) const { make_database(file(), statements); }
  tests::temporary_folder folder;
};

}  // namespace

TEST_F(OldRows, AreReadAsTheyStand) {
  make(read_vector("legacy/app-db.sql"));
  const auto rows = read_rows(file());
  ASSERT_EQ(rows.users.size(), 2U);
  EXPECT_EQ(rows.users[0].email, "alice@example.com");
  EXPECT_EQ(rows.users[0].is_admin, "1");
  EXPECT_EQ(rows.users[0].updated_at, std::nullopt);
  EXPECT_EQ(rows.users[1].updated_at, "2025-12-02 09:00:00.999999");
  ASSERT_EQ(rows.conversations.size(), 1U);
  EXPECT_EQ(rows.conversations[0].title, "BTC – Übersicht");
  ASSERT_EQ(rows.messages.size(), 3U);
  EXPECT_EQ(rows.messages[1].content, "**Yes** — \"quoted\", it's fine\nline two");
  EXPECT_EQ(rows.messages[1].metadata, R"({"agents": ["CryptoAnalyst"]})");
  ASSERT_EQ(rows.others.size(), 3U);
  EXPECT_EQ(rows.others[0].name, "predictions");
  EXPECT_EQ(rows.others[0].rows, 3);
  EXPECT_EQ(rows.broken_references, 2);
  EXPECT_TRUE(is_old_database(file()));
}

TEST_F(OldRows, TheSampleIsReadAndNotChanged) {
  const std::filesystem::path sample = KONTOR_TEST_VECTORS "/legacy-data/app.db";
  const auto before = read_file(sample);
  const auto rows = read_rows(sample);
  EXPECT_EQ(rows.users.size(), 4U);
  EXPECT_EQ(rows.messages.size(), 8U);
  EXPECT_TRUE(rows.others.empty());
  EXPECT_EQ(read_file(sample), before);
}

TEST_F(OldRows, OlderTablesMayLackAnythingButUsers) {
  make(
      "CREATE TABLE users (id VARCHAR(36), email VARCHAR(255), hashed_password VARCHAR(255));"
      "INSERT INTO users VALUES ('a', 'b', x'00ff')");
  const auto rows = read_rows(file());
  ASSERT_EQ(rows.users.size(), 1U);
  EXPECT_EQ(rows.users[0].id, "a");
  EXPECT_EQ(rows.users[0].is_admin, std::nullopt);
  EXPECT_EQ(rows.users[0].created_at, std::nullopt);
  EXPECT_TRUE(rows.conversations.empty());
}

TEST_F(OldRows, WhatIsNoDatabaseOfThePredecessorIsRefused) {
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
  EXPECT_FALSE(is_old_database(file()));
  make("CREATE TABLE things (id INTEGER PRIMARY KEY)");
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
  EXPECT_FALSE(is_old_database(file()));
}

TEST_F(OldRows, OurOwnDatabaseIsNone) {
  make(
      "CREATE TABLE users (id TEXT, email TEXT, email_lookalike TEXT, hashed_password TEXT);"
      "CREATE TABLE schema_migrations (number BIGINT)");
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
  EXPECT_FALSE(is_old_database(file()));
}

TEST_F(OldRows, ADamagedFileIsRefused) {
  make(read_vector("legacy/app-db.sql"));
  auto bytes = read_file(file());
  // Into the middle of every page but the first, which holds the schema.
  for (std::size_t page = 1; (page + 1) * 4096 <= bytes.size(); ++page)
    bytes.replace(page * 4096 + 4, 64, 64, 'x');
  write_file(file(), bytes);
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
  write_file(file(), std::string(5000, 'x'));
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
  write_file(file(), "");
  EXPECT_THROW((void)read_rows(file()), unusable_folder);
}

}  // namespace kontor::legacy
