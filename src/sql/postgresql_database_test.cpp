#include "sql/postgresql_database.hpp"

#include "sql/postgresql_connection.hpp"
#include "tests/support/databases.hpp"

#include <signal.h>
#include <barrier>
#include <future>

namespace kontor::sql {
namespace {

constexpr migration postgresql_steps[] = {{1, "entries", R"(
  CREATE TABLE entries (id BIGINT PRIMARY KEY, body TEXT);
  INSERT INTO entries VALUES (1, 'a'), (2, 'b');
)"}};
constexpr std::string_view update = "UPDATE entries SET body = :body WHERE id = :id";
constexpr query<std::int64_t> count_rows{"SELECT COUNT(*) FROM entries"};
constexpr query<std::string> end_this_session{"SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)"};

struct PostgresqlDatabase : testing::Test {
  void open() {
    migrate(settings, postgresql_steps);
    store = open_database(settings);
  }
  base::result<std::int64_t> write() {
    return store->write_now([](session& in) { return in.execute(update, {{"id", 1}, {"body", "new"}}); });
  }
  base::result<std::int64_t> read() {
    return store->read_now([](session& in) { return std::get<0>(in.first(count_rows).value()); });
  }
  tests::test_database empty{kind::postgresql};
  database_settings settings = empty.settings();
  std::unique_ptr<database> store;
};

}  // namespace

TEST(PostgresqlServer, KilledAndStartedAgainIsUnavailableAndThenRecovers) {
  tests::postgresql_server server;
  const database_settings settings{.url = server.create_database(), .sqlite_file = {}};
  migrate(settings, postgresql_steps);
  const auto store = open_database(settings);
  const auto write = [&] {
    return store->write_now([](session& in) { return in.execute(update, {{"id", 1}, {"body", "new"}}); });
  };
  const auto read = [&] {
    return store->read_now([](session& in) { return std::get<0>(in.first(count_rows).value()); });
  };
  ASSERT_EQ(write().value(), 1);
  ASSERT_EQ(read().value(), 2);
  server.kill();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(write().error().code, base::errc::unavailable);
    EXPECT_EQ(read().error().code, base::errc::unavailable);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_THROW(open_database(settings), std::runtime_error);
  server.start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (read().has_error())
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  // As soon as one session has reached it again, every other one does: two reads at once, and a write.
  // The barrier holds each job on its session until the other one runs too.
  std::barrier both(2);
  const auto meet = [&] {
    return store->read_now([&both](session& in) {
      both.arrive_and_wait();
      return std::get<0>(in.first(count_rows).value());
    });
  };
  auto first = std::async(std::launch::async, meet);
  auto second = std::async(std::launch::async, meet);
  EXPECT_TRUE(first.get().has_value());
  EXPECT_TRUE(second.get().has_value());
  EXPECT_EQ(write().value(), 1);
  EXPECT_EQ(read().value(), 2);
}

TEST_F(PostgresqlDatabase, AnIdleSessionThatWasEndedIsReplacedInSilence) {
  settings.write_sessions = settings.read_sessions = 1;
  open();
  ASSERT_EQ(write().value(), 1);
  ASSERT_EQ(read().value(), 2);
  auto other_settings = settings;
  const auto other = open_database(other_settings);
  static constexpr query<std::int64_t> end_others{
      "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()"};
  EXPECT_GE(std::get<0>(other->write_now([](session& in) { return in.first(end_others); }).value().value()), 2);
  EXPECT_EQ(write().value(), 1);
  EXPECT_EQ(read().value(), 2);
}

TEST_F(PostgresqlDatabase, AJobWhoseConnectionIsLostRunsOnceMore) {
  open();
  for (const bool writing : {true, false}) {
    int runs = 0;
    const auto job = [&runs](session& in) {
      if (++runs == 1) in.first(end_this_session);
      return std::get<0>(in.first(count_rows).value());
    };
    EXPECT_EQ((writing ? store->write_now(job) : store->read_now(job)).value(), 2);
    EXPECT_EQ(runs, 2);
    int always = 0;
    const auto hopeless = [&always](session& in) {
      ++always;
      in.first(end_this_session);
      return 0;
    };
    EXPECT_EQ((writing ? store->write_now(hopeless) : store->read_now(hopeless)).error().code, base::errc::unavailable);
    EXPECT_EQ(always, 2);
  }
}

TEST_F(PostgresqlDatabase, ALostConnectionThatTheJobTurnedIntoAnAnswerIsStillRetried) {
  open();
  int runs = 0;
  const auto answer = store->write_now([&runs](session& in) -> base::result<int> {
    try {
      if (++runs == 1) in.first(end_this_session);
      return 7;
    } catch (const sql_error&) {
      return base::error{base::errc::conflict, "", "", ""};
    }
  });
  EXPECT_EQ(answer.value(), 7);
}

TEST_F(PostgresqlDatabase, ACommitWhoseConnectionIsLostIsNotRepeated) {
  static constexpr migration with_trigger[] = {{1, "entries", R"(
    CREATE TABLE entries (id BIGINT PRIMARY KEY, body TEXT);
    CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session();
  )"}};
  migrate(settings, with_trigger);
  store = open_database(settings);
  int runs = 0;
  const auto answer = store->write_now([&runs](session& in) {
    ++runs;
    return in.execute("INSERT INTO entries (id) VALUES (1)");
  });
  EXPECT_EQ(answer.error().code, base::errc::unavailable);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(read().value(), 0);
}

TEST_F(PostgresqlDatabase, TheLoserOfADeadlockRunsAgain) {
  open();
  std::barrier<> both_hold_one(2);
  std::atomic<int> runs = 0;
  const auto cross = [&](std::int64_t first, std::int64_t second) {
    return std::async(std::launch::async, [&, first, second] {
      bool met = false;
      return store->write_now([&, first, second](session& in) {
        ++runs;
        in.execute(update, {{"id", first}, {"body", "x"}});
        if (!met) both_hold_one.arrive_and_wait();
        met = true;
        return in.execute(update, {{"id", second}, {"body", "x"}});
      });
    });
  };
  auto one = cross(1, 2);
  auto two = cross(2, 1);
  EXPECT_EQ(one.get().value(), 1);
  EXPECT_EQ(two.get().value(), 1);
  EXPECT_GE(runs, 3);
}

TEST_F(PostgresqlDatabase, AConflictThatNeverEndsIsGivenUpAfterThreeTries) {
  open();
  int runs = 0;
  const auto answer = store->write_now([&runs](session& in) {
    ++runs;
    return in.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
  });
  EXPECT_EQ(answer.error().code, base::errc::unavailable);
  EXPECT_EQ(runs, 3);
}

TEST_F(PostgresqlDatabase, AStatementThatTakesTooLongIsUnavailable) {
  settings.statement_timeout = std::chrono::milliseconds(200);
  open();
  static constexpr query<std::string> sleep{"SELECT CAST(pg_sleep(60) AS TEXT)"};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(store->read_now([](session& in) { return in.first(sleep); }).error().code, base::errc::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(read().value(), 2);
}

TEST_F(PostgresqlDatabase, ASchemaChangedUnderneathIsNoticedOnce) {
  settings.write_sessions = settings.read_sessions = 1;
  open();
  static constexpr query<std::string> all{"SELECT * FROM entries WHERE id = 1"};
  static constexpr query<std::string, std::string> both{"SELECT * FROM entries WHERE id = 1"};
  EXPECT_TRUE(store->read_now([](session& in) { return in.first(both); }).value().has_value());
  (void)store->write_now([](session& in) { return in.execute("ALTER TABLE entries DROP COLUMN body"); }).value();
  EXPECT_THROW((void)store->read_now([](session& in) { return in.first(both); }), sql_error);
  EXPECT_EQ(store->read_now([](session& in) { return in.first(all); }).value(), std::make_tuple("1"));
}

TEST_F(PostgresqlDatabase, ATransactionThatFailedIsStillOpen) {
  postgresql_connection on(settings.url, postgresql_connection::purpose::write, settings.statement_timeout);
  EXPECT_FALSE(on.in_transaction());
  on.run("BEGIN");
  EXPECT_TRUE(on.in_transaction());
  EXPECT_THROW(on.run("SELECT nonsense"), sql_error);
  EXPECT_TRUE(on.in_transaction());
  on.run("ROLLBACK");
  EXPECT_FALSE(on.in_transaction());
  EXPECT_THROW(on.run("SELECT pg_terminate_backend(pg_backend_pid())"), sql_error);
  EXPECT_TRUE(on.in_transaction());
}

TEST(PostgresqlUrl, AUrlThatCannotBeReadIsRefusedWithoutQuotingIt) {
  for (const std::string url :
       {"postgresql://user:hunter2@[broken", "postgresql://u:hunter2@localhost/db?nonsense=1", "nonsense hunter2"}) {
    try {
      open_database({.url = url, .sqlite_file = {}});
      ADD_FAILURE() << url;
    } catch (const std::runtime_error& refused) {
      EXPECT_EQ(std::string(refused.what()).find("hunter2"), std::string::npos) << refused.what();
    }
  }
}

// A server that hangs keeps its connections open and says nothing: only we can end the wait.
TEST_F(PostgresqlDatabase, AJobWhoseServerHangsIsCutAndTheNextOneGetsANewSession) {
  settings.statement_timeout = std::chrono::milliseconds(300);
  settings.write_sessions = 1;
  open();
  constexpr query<std::int64_t> own_process{"SELECT CAST(pg_backend_pid() AS BIGINT)"};
  std::atomic<pid_t> stopped = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto hung = store->write_now([&](session& in) {
    stopped = static_cast<pid_t>(std::get<0>(in.first(own_process).value()));
    EXPECT_EQ(::kill(stopped, SIGSTOP), 0);
    return in.execute(update, {{"id", 1}, {"body", "never"}});
  });
  EXPECT_EQ(hung.error().code, base::errc::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(::kill(stopped, SIGCONT), 0);
  EXPECT_EQ(write().value(), 1);
}

}  // namespace kontor::sql
