// What was acknowledged is there after kill -9; what was not is whole or absent.
#include "tests/support/child_process.hpp"
#include "tests/support/crash_steps.hpp"
#include "tests/support/databases.hpp"

#include <random>
#include <set>

namespace kontor::sql {
namespace {

struct Durability : tests::on_each_database {
  // The transaction of a migration is under way: pages of it are in the log, or its lock is held.
  bool is_migrating() {
    if (GetParam() == kind::sqlite) {
      std::error_code none;
      const auto size = std::filesystem::file_size(settings.sqlite_file.string() + "-wal", none);
      return !none && size > (1 << 20);
    }
    static constexpr query<std::int64_t> locks{
        "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE locktype = 'advisory' AND granted AND datname = current_database()"};
    if (!store) store = open_database(settings);
    return std::get<0>(store->read_now([](session& in) { return in.first(locks); }).value().value()) > 0;
  }
  std::string place() const { return GetParam() == kind::sqlite ? settings.sqlite_file.string() : settings.url; }
};
INSTANTIATE_TEST_SUITE_P(Databases, Durability, tests::each_database, tests::database_name);

constexpr query<std::int64_t> numbers{"SELECT number FROM numbers"};
constexpr query<std::int64_t> halves{"SELECT number FROM halves"};
constexpr query<std::string> integrity{"SELECT integrity_check FROM pragma_integrity_check"};

std::set<std::int64_t> as_set(const std::vector<std::tuple<std::int64_t>>& rows) {
  std::set<std::int64_t> found;
  for (const auto& [number] : rows)
    found.insert(number);
  return found;
}

}  // namespace

TEST_P(Durability, AllThatWasAcknowledgedSurvivesKillMinusNine) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::set<std::int64_t> acknowledged;
  for (std::int64_t round = 0; round < 30; ++round) {
    tests::child_process child({KONTOR_SQL_TEST_CHILD, "write-numbers", place(), std::to_string(round * 1'000'000)});
    ASSERT_EQ(child.line(), "ready") << round;
    const auto wanted = std::uniform_int_distribution<int>(0, 60)(random);
    for (int i = 0; i < wanted; ++i)
      acknowledged.insert(std::stoll(child.line().value()));
    ASSERT_EQ(child.kill(), -SIGKILL);
    // Said before it died, although nobody had read it yet.
    while (const auto line = child.line())
      acknowledged.insert(std::stoll(*line));
  }

  const auto reopened = open_database(settings);
  const auto [stored, other_halves] = reopened
                                          ->read_now([](session& in) {
                                            auto first = as_set(in.all(numbers));
                                            return std::make_pair(std::move(first), as_set(in.all(halves)));
                                          })
                                          .value();
  ASSERT_GT(acknowledged.size(), 100u);
  EXPECT_TRUE(std::includes(stored.begin(), stored.end(), acknowledged.begin(), acknowledged.end()));
  EXPECT_EQ(stored, other_halves);
  if (GetParam() == kind::sqlite) {
    EXPECT_EQ(reopened->read_now([](session& in) { return in.first(integrity); }).value(), std::make_tuple("ok"));
  }
}

TEST_P(Durability, AMigrationKilledInTheMiddleHasNotHappened) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  migrate(settings, std::span(tests::whole_steps).first(1));
  constexpr int rounds = 5;
  for (int round = 1; round <= rounds; ++round) {
    tests::child_process child({KONTOR_SQL_TEST_CHILD, "migrate", place()});
    if (round < rounds) {
      // Anywhere: before it has opened the database, while it copies it, while it writes.
      std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<int>(0, 300)(random)));
    } else {
      while (!is_migrating())
        std::this_thread::yield();
    }
    ASSERT_EQ(child.kill(), -SIGKILL);
    ASSERT_EQ(schema_version(settings), 1);
    const auto between = open_database(settings);
    static constexpr query<std::int64_t, std::string> old_rows{"SELECT number, body FROM numbers"};
    EXPECT_EQ(between->read_now([](session& in) { return in.all(old_rows); }).value().size(), 1u);
  }
  EXPECT_EQ(migrate(settings, tests::whole_steps).after, 2);
  const auto reopened = open_database(settings);
  static constexpr query<std::int64_t> more{"SELECT COUNT(*) FROM more"};
  EXPECT_EQ(reopened->read_now([](session& in) { return in.first(more); }).value(), std::make_tuple(200'000));
}

}  // namespace kontor::sql
