#include "throttle/counter_store.hpp"

#include "tests/support/databases.hpp"
#include "throttle/migrations.hpp"

#include <array>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace kontor::throttle {
namespace {

using namespace std::chrono_literals;

const base::timestamp counted_from = base::from_microseconds(1'800'000'000'123'456);
const std::string key(64, 'a');
const std::string other_key(64, 'b');

// The rooms' steps form one series from 1 on; here the table stands alone.
std::array<sql::migration, 1> counters_alone() {
  return {{{1, migrations()[0].name, migrations()[0].statements}}};
}

struct CounterStore : tests::on_each_database {
  CounterStore() { open(counters_alone()); }

  bool count_attempt(const counter_rules& rules, base::timestamp now, const std::string& of = key) {
    return store->write_now([&](sql::session& in) { return statements::count_attempt(in, of, rules, now); }).value();
  }
  void give_back(base::timestamp counted_at, const std::string& of = key) {
    (void)store->write_now([&](sql::session& in) { statements::give_back(in, of, counted_at); }).value();
  }
  counter find(const std::string& of = key) {
    return store->read_now([&](sql::session& in) { return statements::find_counter(in, of); }).value();
  }
  std::int64_t rows() {
    constexpr sql::query<std::int64_t> all{"SELECT COUNT(*) FROM login_counters"};
    return std::get<0>(store->read_now([&](sql::session& in) { return in.first(all); }).value().value());
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, CounterStore, tests::each_database, tests::database_name);

}  // namespace

// The SQL and the state machine are two texts of one rule.
TEST_P(CounterStore, DoesWhatTheStateMachineSays) {
  login_throttle_settings small;
  small.account_free = 3;
  small.address_free = 7;
  login_throttle_settings odd;
  odd.account_free = odd.address_free = 1;
  odd.first_wait = 7ms;
  odd.longest_wait = 1h;
  odd.forget_after = 1h + 1us;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto pick = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };

  for (const auto& rules : {rules_for({}, counter_kind::account), rules_for({}, counter_kind::address),
                            rules_for(small, counter_kind::account), rules_for(small, counter_kind::address),
                            rules_for(odd, counter_kind::account), rules_for(odd, counter_kind::address)}) {
    counter expected;
    auto now = counted_from;
    std::vector<base::timestamp> counted;
    for (int step = 0; step < 300; ++step) {
      // Mostly as soon as it is allowed; also too early, much later, and with the clock put back.
      switch (pick(12)) {
        case 0:
          now += rules.forget_after - pick(3) * 1us;
          break;
        case 1:
          now -= pick(100) * 1min;
          break;
        case 2:
          now += remaining_wait(rules, expected, now) / 2;
          break;
        case 3:
          now += pick(1'000'000) * 1us;
          break;
        default:
          now += remaining_wait(rules, expected, now);
      }
      if (!counted.empty() && pick(6) == 0) {
        const auto at = counted[static_cast<std::size_t>(pick(static_cast<int>(counted.size())))];
        expected = throttle::give_back(expected, at);
        give_back(at);
      } else {
        const bool allowed = remaining_wait(rules, expected, now) == 0us;
        ASSERT_EQ(count_attempt(rules, now), allowed) << step;
        if (allowed) {
          expected = throttle::count_attempt(rules, expected, now);
          counted.push_back(now);
        }
      }
      ASSERT_EQ(find(), expected) << step;
    }
    (void)store->write_now([](sql::session& in) { statements::reset(in, key); }).value();
    ASSERT_EQ(find(), counter{});
  }
}

// Zitadel CVE-2023-47111: parallel guesses beat the counter.
TEST_P(CounterStore, Of200ParallelAttemptsTheFreeOnesAreCounted) {
  const auto rules = rules_for({}, counter_kind::account);
  std::atomic<int> allowed{0};
  {
    std::vector<std::jthread> guessers;
    for (int thread = 0; thread < 8; ++thread) {
      guessers.emplace_back([&] {
        for (int i = 0; i < 25; ++i)
          if (count_attempt(rules, counted_from)) ++allowed;
      });
    }
  }
  EXPECT_EQ(allowed, 5);
  EXPECT_EQ(find(), (counter{5, counted_from, counted_from, counted_from + 1s}));
}

// PostgreSQL counts attempts that are made at once in any order. Whoever comes with the right password is neither
// refused for it, nor does anything stay counted.
TEST_P(CounterStore, AttemptsThatOvertakeEachOtherAreAllCountedAndAllGivenBack) {
  const auto rules = rules_for({}, counter_kind::account);
  const auto moments = {counted_from, counted_from - 3us, counted_from - 1us, counted_from - 9us};
  for (const auto moment : moments)
    EXPECT_TRUE(count_attempt(rules, moment));
  EXPECT_EQ(find().failures, 4);
  for (const auto moment : moments)
    give_back(moment);
  EXPECT_EQ(rows(), 0);
}

TEST_P(CounterStore, CountersAreApart) {
  const auto rules = rules_for({}, counter_kind::account);
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(count_attempt(rules, counted_from));
  EXPECT_FALSE(count_attempt(rules, counted_from));
  EXPECT_TRUE(count_attempt(rules, counted_from, other_key));
  EXPECT_EQ(find(other_key).failures, 1);

  (void)store->write_now([](sql::session& in) { statements::reset(in, other_key); }).value();
  EXPECT_EQ(find(other_key), counter{});
  EXPECT_EQ(find().failures, 5);
}

TEST_P(CounterStore, GivingBackTheLastOneLeavesNoRow) {
  const auto rules = rules_for({}, counter_kind::account);
  EXPECT_TRUE(count_attempt(rules, counted_from));
  EXPECT_TRUE(count_attempt(rules, counted_from, other_key));
  give_back(counted_from);
  EXPECT_EQ(rows(), 1);
  give_back(counted_from);
  EXPECT_EQ(find(other_key).failures, 1);
}

TEST_P(CounterStore, OldRowsGoTheOldestFirst) {
  const auto rules = rules_for({}, counter_kind::account);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(count_attempt(rules, counted_from + i * 1s, std::string(64, static_cast<char>('0' + i))));
  const auto remove = [&](base::timestamp before, std::int64_t most) {
    return store->write_now([&](sql::session& in) { return statements::remove_old(in, before, most); }).value();
  };
  EXPECT_EQ(remove(counted_from - 1us, 100), 0);
  EXPECT_EQ(remove(counted_from + 7s, 3), 3);
  EXPECT_EQ(find(std::string(64, '2')), counter{});
  EXPECT_EQ(find(std::string(64, '3')).failures, 1);
  EXPECT_EQ(remove(counted_from + 7s, 100), 5);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(find(std::string(64, '8')).failures, 1);
}

// The database itself refuses what the program must never write.
TEST_P(CounterStore, TheTableRefusesNonsense) {
  EXPECT_TRUE(count_attempt(rules_for({}, counter_kind::account), counted_from));
  for (const std::string_view statement :
       {"UPDATE login_counters SET failures = 0", "UPDATE login_counters SET counter_key = 'a@x.org'",
        "UPDATE login_counters SET blocked_until = NULL"}) {
    EXPECT_THROW((void)store->write_now([statement](sql::session& in) { return in.execute(statement); }),
                 sql::sql_error)
        << statement;
  }
  EXPECT_EQ(find().failures, 1);
}

}  // namespace kontor::throttle
