#include "sql/database.hpp"

#include "tests/support/databases.hpp"

#include <latch>
#include <stdexcept>

namespace kontor::sql {
namespace {

constexpr migration rows[] = {{1, "rows", "CREATE TABLE entries (id BIGINT PRIMARY KEY, label TEXT UNIQUE)"}};
constexpr std::string_view insert = "INSERT INTO entries (id, label) VALUES (:id, :label)";
constexpr query<std::int64_t> count{"SELECT COUNT(*) FROM entries"};

struct Database : tests::on_each_database {
  std::int64_t rows_stored() {
    return std::get<0>(store->read_now([](session& in) { return in.first(count); }).value().value());
  }
  // Keeps every session of one kind busy until it is destroyed.
  struct occupation {
    std::vector<std::future<base::result<void>>> jobs;
    std::shared_ptr<std::latch> release = std::make_shared<std::latch>(1);
    ~occupation() {
      release->count_down();
      for (auto& job : jobs)
        job.wait();
    }
  };
  template <class Submit>
  std::unique_ptr<occupation> occupy(std::size_t sessions, Submit submit) {
    auto made = std::make_unique<occupation>();
    const auto started = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(sessions));
    for (std::size_t i = 0; i < sessions; ++i) {
      auto job = [started, release = made->release](session&) {
        started->count_down();
        release->wait();
      };
      made->jobs.push_back(await_on(0, submit(std::move(job))));
    }
    started->wait();
    return made;
  }
  std::size_t writers() const { return GetParam() == kind::sqlite ? 1 : settings.write_sessions; }
};
INSTANTIATE_TEST_SUITE_P(Databases, Database, tests::each_database, tests::database_name);

async::awaitable<base::result<std::int64_t>> add(database& to, std::int64_t id, std::string label) {
  auto job = [id, label = std::move(label)](session& in) { return in.execute(insert, {{"id", id}, {"label", label}}); };
  co_return co_await to.write(std::move(job));
}

}  // namespace

TEST_P(Database, AnswersOnTheLoopOfTheCaller) {
  auto& db = open(rows);
  auto task = [](database& on) -> async::awaitable<bool> {
    const auto before = std::this_thread::get_id();
    auto job = [](session& in) {
      in.execute("INSERT INTO entries (id) VALUES (1)");
      return std::this_thread::get_id();
    };
    const auto worker = co_await on.write(std::move(job));
    co_return worker.has_value() && *worker != before&& std::this_thread::get_id() == before;
  };
  EXPECT_TRUE(await(task(db)));
  EXPECT_EQ(rows_stored(), 1);
}

TEST_P(Database, AJobThatAnswersWithAnErrorChangesNothing) {
  auto& db = open(rows);
  const auto refused = db.write_now([](session& in) -> base::result<int> {
    in.execute(insert, {{"id", 1}, {"label", "a"}});
    return base::error{base::errc::forbidden, "", "", ""};
  });
  EXPECT_EQ(refused.error().code, base::errc::forbidden);
  EXPECT_EQ(rows_stored(), 0);
}

TEST_P(Database, AJobThatThrowsChangesNothingAndTheDatabaseLives_pocketbase_7762) {
  auto& db = open(rows);
  const auto breaking = [](session& in) -> int {
    in.execute(insert, {{"id", 1}, {"label", "a"}});
    throw std::runtime_error("broken");
  };
  EXPECT_THROW((void)db.write_now(breaking), std::runtime_error);
  EXPECT_THROW((void)db.read_now([](session&) -> int { throw 42; }), int);
  EXPECT_EQ(rows_stored(), 0);
  EXPECT_TRUE(await(add(db, 1, "a")).has_value());
}

TEST_P(Database, AJobThatGoesOnAfterAFailedStatementHasNotSucceeded) {
  auto& db = open(rows);
  ASSERT_TRUE(await(add(db, 1, "a")).has_value());
  const auto answer = db.write_now([](session& in) {
    in.execute(insert, {{"id", 2}, {"label", "b"}});
    try {
      in.execute(insert, {{"id", 1}, {"label", "a"}});
    } catch (const sql_error&) {
    }
  });
  EXPECT_EQ(answer.error().code, base::errc::conflict);
  EXPECT_EQ(rows_stored(), 1);
}

TEST_P(Database, AJobMayTurnAConflictIntoAnAnswerOfItsOwn) {
  auto& db = open(rows);
  ASSERT_TRUE(await(add(db, 1, "a")).has_value());
  const auto answer = db.write_now([](session& in) -> base::result<int> {
    try {
      in.execute(insert, {{"id", 1}, {"label", "a"}});
    } catch (const sql_error&) {
      return base::error{base::errc::conflict, "label-taken", "", ""};
    }
    return 1;
  });
  EXPECT_EQ(answer.error().type, "label-taken");
}

TEST_P(Database, OneFailedJobLeavesTheOthersOfItsBatchAlone) {
  settings.write_sessions = 1;
  auto& db = open(rows);
  auto busy = occupy(1, [&](auto job) { return db.write(std::move(job)); });
  std::vector<std::future<base::result<std::int64_t>>> waiting;
  for (const std::int64_t id : {1, 2, 2, 3, 1, 4})
    waiting.push_back(await_on(0, add(db, id, std::to_string(id))));
  auto throwing = await_on(0, [](database& on) -> async::awaitable<base::result<int>> {
    auto job = [](session& in) -> int {
      in.execute(insert, {{"id", 5}, {"label", "5"}});
      throw std::runtime_error("broken");
    };
    co_return co_await on.write(std::move(job));
  }(db));
  busy.reset();
  std::size_t conflicts = 0;
  for (auto& answer : waiting) {
    const auto a = answer.get();
    if (a.has_error()) EXPECT_EQ(a.error().code, base::errc::conflict);
    conflicts += a.has_error() ? 1 : 0;
  }
  EXPECT_THROW(throwing.get(), std::runtime_error);
  EXPECT_EQ(conflicts, 2u);
  EXPECT_EQ(rows_stored(), 4);
}

TEST_P(Database, FiftyParallelClaimsMakeOneWinner) {
  auto& db = open(rows);
  std::vector<std::future<base::result<std::int64_t>>> claims;
  for (std::int64_t i = 0; i < 50; ++i)
    claims.push_back(await_on(static_cast<std::size_t>(i % 2), add(db, i, "the one")));
  int winners = 0;
  for (auto& claim : claims) {
    const auto answer = claim.get();
    if (answer.has_value()) {
      ++winners;
    } else {
      EXPECT_EQ(answer.error().code, base::errc::conflict);
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(rows_stored(), 1);
}

TEST_P(Database, TheQueueTakesItsLimitAndRefusesTheNext) {
  settings.queue_limit = 3;
  auto& db = open(rows);
  for (const bool writing : {true, false}) {
    auto submit = [&](auto job) { return writing ? db.write(std::move(job)) : db.read(std::move(job)); };
    auto busy = occupy(writing ? writers() : settings.read_sessions, submit);
    std::vector<std::future<base::result<int>>> waiting;
    for (int i = 0; i < 3; ++i)
      waiting.push_back(await_on(0, submit([](session&) { return 7; })));
    // Submitted from the same loop, so after the three.
    const auto refused = await_on(0, submit([](session&) { return 7; })).get();
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, base::errc::overloaded);
    EXPECT_EQ(refused.error().retry_after, std::chrono::seconds(1));
    EXPECT_EQ(db.metrics().waiting, 3u);
    busy.reset();
    for (auto& answer : waiting)
      EXPECT_EQ(answer.get().value(), 7);
  }
  EXPECT_EQ(db.metrics().refused, 2u);
  EXPECT_EQ(db.metrics().waiting, 0u);
  EXPECT_GT(db.metrics().longest_wait, std::chrono::microseconds(0));
}

TEST_P(Database, SaysHowManySessionsWorkAndHowOftenItFailed) {
  auto& db = open(rows);
  const auto sessions = settings.read_sessions + writers();
  EXPECT_EQ(db.metrics().sessions, sessions);
  {
    auto busy = occupy(writers(), [&](auto job) { return db.write(std::move(job)); });
    EXPECT_EQ(db.metrics().in_use, writers());
  }
  ASSERT_TRUE(await(add(db, 1, "one")).has_value());
  // A rule of the table that says no is an answer, and a job that throws is a defect of its own.
  EXPECT_EQ(await(add(db, 1, "one")).error().code, base::errc::conflict);
  auto broken = [](session&) -> int { throw std::runtime_error("out of order"); };
  EXPECT_THROW((void)db.read_now(broken), std::runtime_error);
  EXPECT_EQ(db.metrics().failed, 0u);
  auto no_table = [](session& in) { in.execute("DELETE FROM nowhere"); };
  EXPECT_THROW((void)db.write_now(no_table), sql_error);
  EXPECT_EQ(db.metrics().failed, 1u);
  db.stop();
  EXPECT_EQ(db.metrics().in_use, 0u);
}

TEST_P(Database, StopRunsWhatIsQueuedAndRefusesTheRest) {
  auto& db = open(rows);
  std::vector<std::future<base::result<std::int64_t>>> waiting;
  {
    auto busy = occupy(writers(), [&](auto job) { return db.write(std::move(job)); });
    for (std::int64_t i = 0; i < 5; ++i)
      waiting.push_back(await_on(0, add(db, i, std::to_string(i))));
    // They were posted to the same loop before this one.
    auto after = []() -> async::awaitable<void> { co_return; };
    await(after());
  }
  db.stop();
  for (auto& answer : waiting)
    EXPECT_TRUE(answer.get().has_value());
  EXPECT_EQ(await(add(db, 9, "late")).error().code, base::errc::unavailable);
  db.stop();
  store = open_database(settings);
  EXPECT_EQ(rows_stored(), 5);
}

TEST_P(Database, ManyCoroutinesWriteAndReadAtOnce) {
  auto& db = open(rows);
  auto task = [](database& on, std::int64_t from) -> async::awaitable<int> {
    int seen = 0;
    for (std::int64_t id = from; id < from + 20; ++id) {
      const auto wrote = co_await add(on, id, std::to_string(id));
      auto look = [id](session& in) {
        static constexpr query<std::string> find{"SELECT label FROM entries WHERE id = :id"};
        return in.first(find, {{"id", id}});
      };
      const auto found = co_await on.read(std::move(look));
      if (wrote.has_value() && found.has_value() && found->has_value() && std::get<0>(**found) == std::to_string(id))
        ++seen;
    }
    co_return seen;
  };
  std::vector<std::future<int>> tasks;
  for (std::int64_t i = 0; i < 20; ++i)
    tasks.push_back(await_on(static_cast<std::size_t>(i % 2), task(db, i * 100)));
  for (auto& each : tasks)
    EXPECT_EQ(each.get(), 20);
  EXPECT_EQ(rows_stored(), 400);
}

TEST_P(Database, WhoeverWaitsTooLongIsTold) {
  settings.statement_timeout = std::chrono::milliseconds(300);
  settings.write_sessions = 1;
  open(rows);
  std::promise<void> release;
  auto released = release.get_future().share();
  std::promise<void> begun;
  std::atomic<bool> first_run = true;
  auto holding = [&, released](session&) {
    if (first_run.exchange(false)) begun.set_value();
    released.wait();
    return 1;
  };
  std::jthread holder([&] { (void)store->write_now(holding); });
  begun.get_future().wait();
  const auto waited = store->write_now([](session&) { return 2; });
  EXPECT_EQ(waited.error().code, base::errc::unavailable);
  EXPECT_GE(waited.error().retry_after, std::chrono::seconds(1));
  release.set_value();
}

}  // namespace kontor::sql
