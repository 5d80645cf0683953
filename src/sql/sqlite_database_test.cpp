#include "sql/sqlite_database.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/databases.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>
#include <fstream>
#include <latch>

namespace kontor::sql {
namespace {

constexpr migration sqlite_steps[] = {{1, "entries", R"(
  CREATE TABLE entries (id BIGINT PRIMARY KEY, body TEXT);
  CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES entries (id) DEFERRABLE INITIALLY DEFERRED);
)"}};
constexpr std::string_view insert_body = "INSERT INTO entries (id, body) VALUES (:id, :body)";
constexpr query<std::int64_t> count_entries{"SELECT COUNT(*) FROM entries"};

struct SqliteDatabase : testing::Test {
  void open() {
    migrate(settings, sqlite_steps);
    store = open_database(settings);
  }
  base::result<std::int64_t> add(std::int64_t id, std::string body) {
    return store->write_now(
        [id, body = std::move(body)](session& in) { return in.execute(insert_body, {{"id", id}, {"body", body}}); });
  }
  std::int64_t rows_stored() {
    return std::get<0>(store->read_now([](session& in) { return in.first(count_entries); }).value().value());
  }
  // Runs all jobs in one batch: the writer is held until all of them wait.
  template <class Job>
  std::vector<std::future<base::result<std::int64_t>>> in_one_batch(const std::vector<Job>& jobs) {
    std::latch started(1);
    std::latch release(1);
    std::jthread holder([&] {
      (void)store->write_now([&](session&) {
        started.count_down();
        release.wait();
      });
    });
    started.wait();
    std::vector<std::future<base::result<std::int64_t>>> answers;
    for (const auto& job : jobs)
      answers.push_back(std::async(std::launch::async, [this, job] { return store->write_now(job); }));
    while (store->metrics().waiting < jobs.size())
      std::this_thread::yield();
    release.count_down();
    for (auto& answer : answers)
      answer.wait();
    return answers;
  }
  using job = std::function<std::int64_t(session&)>;
  static job adding(std::int64_t id, std::size_t bytes) {
    return
        [id, bytes](session& in) { return in.execute(insert_body, {{"id", id}, {"body", std::string(bytes, 'x')}}); };
  }

  tests::test_database empty{kind::sqlite};
  database_settings settings = empty.settings();
  std::unique_ptr<database> store;
};

// For as long as it lives, no file of this process grows beyond `bytes`.
struct file_size_limit {
  explicit file_size_limit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit = before;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~file_size_limit() { ::setrlimit(RLIMIT_FSIZE, &before); }
  rlimit before{};
};

}  // namespace

TEST_F(SqliteDatabase, WaitingJobsShareOneCommit) {
  open();
  const auto before = store->metrics();
  std::vector<job> jobs;
  for (std::int64_t id = 0; id < 100; ++id)
    jobs.push_back(adding(id, 10));
  for (auto& answer : in_one_batch(jobs))
    EXPECT_TRUE(answer.get().has_value());
  const auto after = store->metrics();
  EXPECT_EQ(after.writes - before.writes, 101u);
  EXPECT_EQ(after.commits - before.commits, 2u);  // that of the job that held the writer, and one for the hundred
  EXPECT_EQ(rows_stored(), 100);
}

TEST_F(SqliteDatabase, AJobThatMakesTheCommitFailLeavesTheOthersAlone) {
  open();
  const job orphan = [](session& in) { return in.execute("INSERT INTO children (id, parent) VALUES (1, 999)"); };
  auto answers = in_one_batch<job>({adding(1, 10), orphan, adding(2, 10)});
  EXPECT_TRUE(answers[0].get().has_value());
  EXPECT_THROW((void)answers[1].get(), sql_error);
  EXPECT_TRUE(answers[2].get().has_value());
  EXPECT_EQ(rows_stored(), 2);
}

TEST_F(SqliteDatabase, AJobThatEndsTheTransactionLeavesTheOthersAlone) {
  open();
  const job ending = [](session& in) { return in.execute("ROLLBACK"); };
  auto answers = in_one_batch<job>({adding(1, 10), ending, adding(2, 10)});
  EXPECT_TRUE(answers[0].get().has_value());
  EXPECT_THROW((void)answers[1].get(), sql_error);
  EXPECT_TRUE(answers[2].get().has_value());
  EXPECT_EQ(rows_stored(), 2);
}

TEST_F(SqliteDatabase, AFullDatabaseIsStorageFullAndRecovers) {
  open();
  const auto limit_pages = [this](std::int64_t pages) {
    const auto text = std::make_shared<std::string>("PRAGMA max_page_count=" + std::to_string(pages));
    (void)store->write_now([text](session& in) { return in.execute(*text); }).value();
  };
  static constexpr query<std::int64_t> pages{"SELECT page_count FROM pragma_page_count"};
  const auto now = std::get<0>(store->read_now([](session& in) { return in.first(pages); }).value().value());
  limit_pages(now + 4);
  EXPECT_EQ(add(1, std::string(1 << 20, 'x')).error().code, base::errc::storage_full);
  // What fits is stored, also beside what does not.
  auto answers = in_one_batch<job>({adding(2, 100), adding(3, 1 << 20), adding(4, 100)});
  EXPECT_TRUE(answers[0].get().has_value());
  EXPECT_EQ(answers[1].get().error().code, base::errc::storage_full);
  EXPECT_TRUE(answers[2].get().has_value());
  limit_pages(1'000'000);
  EXPECT_TRUE(add(5, std::string(1 << 20, 'x')).has_value());
  EXPECT_EQ(rows_stored(), 3);
}

TEST_F(SqliteDatabase, AWriteThatTheSystemRefusesIsStorageFullAndRecovers) {
  open();
  ASSERT_TRUE(add(1, "before").has_value());
  {
    const file_size_limit limit(64 << 10);
    bool refused = false;
    for (std::int64_t id = 100; id < 200 && !refused; ++id) {
      const auto answer = add(id, std::string(8 << 10, 'x'));
      refused = answer.has_error();
      if (refused) EXPECT_EQ(answer.error().code, base::errc::storage_full) << answer.error().internal_detail;
    }
    EXPECT_TRUE(refused);
    EXPECT_GE(rows_stored(), 1);
  }
  const auto before = rows_stored();
  EXPECT_TRUE(add(2, std::string(1 << 20, 'x')).has_value());
  EXPECT_EQ(rows_stored(), before + 1);
  static constexpr query<std::string> integrity{"SELECT integrity_check FROM pragma_integrity_check"};
  EXPECT_EQ(store->read_now([](session& in) { return in.first(integrity); }).value(), std::make_tuple("ok"));
}

TEST_F(SqliteDatabase, LockedByAnotherProcessIsUnavailableWithinBoundedTime) {
  settings.statement_timeout = std::chrono::milliseconds(200);
  open();
  tests::child_process holder({KONTOR_SQL_TEST_CHILD, "hold-transaction", settings.sqlite_file.string()});
  ASSERT_EQ(holder.line(), "ready");
  const auto start = std::chrono::steady_clock::now();
  const auto refused = add(1, "a");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, base::errc::unavailable);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(150));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(rows_stored(), 0);
  EXPECT_EQ(holder.finish(), 0);
  EXPECT_TRUE(add(1, "a").has_value());
}

TEST_F(SqliteDatabase, EverySessionHasOurSettings) {
  open();
  const auto settings_of = [](session& in) {
    static constexpr query<std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t> all{
        "SELECT journal_mode, synchronous, foreign_keys, secure_delete, query_only "
        "FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_secure_delete, pragma_query_only"};
    return in.first(all);
  };
  EXPECT_EQ(store->write_now(settings_of).value(), std::make_tuple("wal", 2, 1, 1, 0));
  EXPECT_EQ(store->read_now(settings_of).value(), std::make_tuple("wal", 2, 1, 1, 1));
}

TEST_F(SqliteDatabase, WhatWasDeletedIsGoneFromTheFile) {
  open();
  ASSERT_TRUE(add(1, "a-secret-that-must-not-stay").has_value());
  (void)store->write_now([](session& in) { return in.execute("DELETE FROM entries"); }).value();
  store->stop();  // the last one out empties the write-ahead log
  for (const auto& file : std::filesystem::directory_iterator(empty.folder().path())) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("a-secret-that-must-not-stay"), std::string::npos) << file.path();
  }
}

TEST_F(SqliteDatabase, NoFileIsReadableByOthers) {
  open();
  ASSERT_TRUE(add(1, "a").has_value());
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(empty.folder().path())) {
    struct stat about{};
    ASSERT_EQ(::stat(file.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0600u) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 3);  // the database, its log, its shared memory
}

TEST_F(SqliteDatabase, APathMayHaveSpacesSignsAndUmlauts) {
  const auto folder = empty.folder().path() / "my data = größer; 100% 'so'";
  std::filesystem::create_directory(folder);
  settings.sqlite_file = folder / "app file.db";
  open();
  ASSERT_TRUE(add(1, "a").has_value());
  EXPECT_TRUE(std::filesystem::exists(settings.sqlite_file));
  settings.sqlite_file = folder / "a\"b.db";
  EXPECT_THROW(migrate(settings, sqlite_steps), std::runtime_error);
}

TEST_F(SqliteDatabase, AMissingFileIsRefusedWithASentence) {
  settings.sqlite_file = empty.folder().path() / "none.db";
  EXPECT_THROW(open_database(settings), std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(settings.sqlite_file));
}

}  // namespace kontor::sql
