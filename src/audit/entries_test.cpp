#include "audit/entries.hpp"

#include "audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kontor::audit {
namespace {

using namespace std::chrono_literals;

struct AuditEntries : audit_fixture {
  std::vector<entry> timeline_of(const base::user_id& owner, std::int64_t before = newest, std::int64_t limit = 100) {
    auto job = [owner, before, limit](sql::session& in) { return timeline(in, owner, before, limit); };
    return store->read_now(std::move(job)).value();
  }
  std::vector<std::int64_t> found(const filter& wanted, std::int64_t before = newest, std::int64_t limit = 1000) {
    auto job = [wanted, before, limit](sql::session& in) { return all(in, wanted, before, limit); };
    return numbers_of(store->read_now(std::move(job)).value());
  }
  static std::vector<std::int64_t> numbers_of(const std::vector<entry>& entries) {
    std::vector<std::int64_t> numbers;
    for (const auto& each : entries)
      numbers.push_back(each.number);
    return numbers;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditEntries, tests::each_database, tests::database_name);

using numbers = std::vector<std::int64_t>;

}  // namespace

TEST_P(AuditEntries, ATimelineIsOnesOwnNewestFirstInPages) {
  const auto one = somebody();
  const auto other = somebody();
  for (int i = 0; i < 5; ++i) {
    append(one, 1);
    append(other, 1);
  }
  EXPECT_EQ(numbers_of(timeline_of(one)), (numbers{9, 7, 5, 3, 1}));
  EXPECT_EQ(numbers_of(timeline_of(one, newest, 2)), (numbers{9, 7}));
  EXPECT_EQ(numbers_of(timeline_of(one, 7, 2)), (numbers{5, 3}));
  EXPECT_EQ(numbers_of(timeline_of(one, 3, 2)), (numbers{1}));
  EXPECT_EQ(numbers_of(timeline_of(one, 1, 2)), (numbers{}));
  EXPECT_EQ(numbers_of(timeline_of(somebody())), (numbers{}));
}

TEST_P(AuditEntries, ATimelineKeepsTheAddressOfAnAdministratorToItself) {
  const auto owner = somebody();
  append(owner, 1);
  append({.owner = owner,
          .actor = somebody(),
          .action = action::user_promoted,
          .address = "198.51.100.1",
          .request_id = "run-2",
          .at = noon});
  append({.owner = owner, .actor = {}, .action = action::login_refused, .address = "203.0.113.9", .at = noon});
  const auto seen = timeline_of(owner);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].address, "203.0.113.9");
  EXPECT_EQ(seen[1].address, "");
  EXPECT_EQ(seen[1].request_id, "");
  EXPECT_EQ(seen[2].address, "192.0.2.7");
  EXPECT_EQ(everything()[1].address, "198.51.100.1");
}

// Every combination of filters, compared with a plain loop over everything.
TEST_P(AuditEntries, AFilterFindsWhatALoopWouldFind) {
  const std::vector<std::optional<base::user_id>> people{std::nullopt, somebody(), somebody()};
  const std::vector<std::optional<audit::action>> acts{std::nullopt, action::login_refused, action::session_created};
  int minute = 0;
  for (const auto& owner : people)
    for (const auto& actor : people)
      for (const auto what : {action::login_refused, action::session_created, action::session_ended})
        append({.owner = owner, .actor = actor, .action = what, .at = noon + std::chrono::minutes(minute++)});

  const std::vector<std::optional<base::timestamp>> times{std::nullopt, noon + 5min, noon + 20min};
  const auto entries = everything();
  ASSERT_EQ(entries.size(), 27U);
  for (const auto& owner : people)
    for (const auto& actor : people)
      for (const auto& what : acts)
        for (const auto& from : times)
          for (const auto& to : times) {
            numbers expected;
            for (const auto& each : entries) {
              if (owner && each.owner != owner) continue;
              if (actor && each.actor != actor) continue;
              if (what && each.action != name_of(*what)) continue;
              if (from && each.at < *from) continue;
              if (to && each.at >= *to) continue;
              expected.push_back(each.number);
            }
            const filter wanted{.action = what, .actor = actor, .owner = owner, .from = from, .to = to};
            ASSERT_EQ(found(wanted), expected);
            if (expected.size() < 3) continue;
            // The same in pages of two.
            auto page = found(wanted, newest, 2);
            ASSERT_EQ(page, (numbers{expected[0], expected[1]}));
            page = found(wanted, page.back(), 1);
            ASSERT_EQ(page, (numbers{expected[2]}));
          }
}

TEST_P(AuditEntries, Counts) {
  const auto counted = [this] { return store->read_now([](sql::session& in) { return count(in); }).value(); };
  EXPECT_EQ(counted(), 0);
  append(somebody(), 3);
  EXPECT_EQ(counted(), 3);
}

TEST_P(AuditEntries, APageIsFoundThroughAnIndex) {
  if (GetParam() != sql::kind::sqlite) GTEST_SKIP() << "PostgreSQL plans by what the tables hold";
  static constexpr sql::query<std::int64_t, std::int64_t, std::int64_t, std::string> plan{
      "EXPLAIN QUERY PLAN SELECT seq FROM audit_log WHERE owner_id = 'x' AND seq < 9 ORDER BY seq DESC LIMIT 3"};
  const auto steps = store->read_now([](sql::session& in) { return in.all(plan); }).value();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_NE(std::get<3>(steps[0]).find("audit_log_owner (owner_id=? AND seq<?)"), std::string::npos)
      << std::get<3>(steps[0]);
}

}  // namespace kontor::audit
