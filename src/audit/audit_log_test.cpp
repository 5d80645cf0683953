#include "audit/audit_log.hpp"

#include "audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <stdexcept>

namespace kontor::audit {
namespace {

struct AuditLog : audit_fixture {
  // What the entry is about: a row of somebody else's table.
  void make_acts() { tamper("CREATE TABLE acts (id BIGINT PRIMARY KEY)"); }
  std::int64_t acts() {
    static constexpr sql::query<std::int64_t> all{"SELECT COUNT(*) FROM acts"};
    return std::get<0>(store->read_now([](sql::session& in) { return in.first(all); }).value().value());
  }
  auto acting(int id, const event& what) {
    return [this, id, what](sql::session& in) {
      in.execute("INSERT INTO acts (id) VALUES (:id)", {{"id", id}});
      log.append(in, what);
    };
  }
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> found;
    for (const auto& each : everything())
      found.push_back(each.number);
    return found;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditLog, tests::each_database, tests::database_name);

// A session that counts, and answers for the head.
class counting_session final : public sql::session {
 public:
  int statements = 0;

  std::int64_t execute(std::string_view, sql::parameters) override {
    ++statements;
    return 1;
  }
  sql::kind database_kind() const noexcept override { return sql::kind::sqlite; }

 private:
  void select(std::string_view, sql::parameters, std::span<const sql::detail::column_type>, std::size_t,
              row_sink& sink) override {
    ++statements;
    std::array<sql::detail::cell, 4> head;
    head[0] = {.is_null = false, .text = {}, .number = 1};
    head[1] = {.is_null = false, .text = std::string(hash_before_first), .number = 0};
    head[2] = head[3] = {.is_null = false, .text = {}, .number = 0};
    sink.take(head);
  }
};

}  // namespace

TEST_P(AuditLog, KeepsWhatItWasGiven) {
  const auto owner = somebody();
  const auto admin = somebody();
  const event full{.owner = owner,
                   .actor = admin,
                   .action = action::user_deactivated,
                   .outcome = result::refused,
                   .detail = R"({"reason":"käse '\"; DROP TABLE audit_log --"})",
                   .address = "2001:db8::1",
                   .request_id = "run-17",
                   .at = noon};
  append(full);
  append({.owner = {}, .actor = {}, .action = action::policy_changed, .address = "console", .at = noon});

  const auto entries = everything();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].number, 1);
  EXPECT_EQ(entries[1].at, noon);
  EXPECT_EQ(entries[1].action, "user.deactivated");
  EXPECT_EQ(entries[1].outcome, result::refused);
  EXPECT_EQ(entries[1].owner, owner);
  EXPECT_EQ(entries[1].actor, admin);
  EXPECT_EQ(entries[1].detail, full.detail);
  EXPECT_EQ(entries[1].address, "2001:db8::1");
  EXPECT_EQ(entries[1].request_id, "run-17");
  EXPECT_FALSE(entries[1].owner_erased);
  EXPECT_FALSE(entries[1].actor_erased);

  EXPECT_EQ(entries[0].number, 2);
  EXPECT_EQ(entries[0].outcome, result::ok);
  EXPECT_FALSE(entries[0].owner);
  EXPECT_FALSE(entries[0].actor);
  EXPECT_EQ(entries[0].detail, "");
  EXPECT_EQ(entries[0].address, "console");

  const auto found = verify();
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.entries, 2);
}

TEST_P(AuditLog, WritesEveryActAndEveryOutcome) {
  for (const auto& [value, name] : action_names)
    for (const auto outcome : {result::ok, result::refused, result::failed})
      append({.owner = {}, .actor = {}, .action = value, .outcome = outcome, .at = noon});
  std::set<std::pair<std::string, result>> seen;
  for (const auto& each : everything())
    seen.emplace(each.action, each.outcome);
  EXPECT_EQ(seen.size(), action_names.size() * 3);
  EXPECT_FALSE(verify().broken);
}

TEST_P(AuditLog, FiftyParallelAppendsMakeOneChainWithoutAFork) {
  const auto person = somebody();
  std::vector<std::future<base::result<void>>> appends;
  for (std::size_t i = 0; i < 50; ++i)
    appends.push_back(await_on(i % loops.size(), store->write(appending(act_of(person)))));
  for (auto& each : appends)
    EXPECT_TRUE(each.get().has_value());
  const auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 50);
  EXPECT_EQ(found.last.number, 50);
}

TEST_P(AuditLog, SeveralEntriesOfOneTransactionStandTogether) {
  std::vector<std::future<base::result<void>>> appends;
  for (std::size_t i = 0; i < 20; ++i) {
    auto thrice = [this, person = somebody()](sql::session& in) {
      for (int k = 0; k < 3; ++k)
        log.append(in, act_of(person));
    };
    appends.push_back(await_on(i % loops.size(), store->write(std::move(thrice))));
  }
  for (auto& each : appends)
    EXPECT_TRUE(each.get().has_value());
  const auto entries = everything();
  ASSERT_EQ(entries.size(), 60U);
  for (std::size_t i = 0; i < 60; ++i)
    EXPECT_EQ(entries[i].owner, entries[i / 3 * 3].owner) << i;
  EXPECT_FALSE(verify().broken);
}

TEST_P(AuditLog, ATransactionThatFailsLeavesNoEntryAndNoGap) {
  make_acts();
  const auto person = somebody();
  ASSERT_TRUE(store->write_now(acting(1, act_of(person))).has_value());

  const auto refused = store->write_now([this, person](sql::session& in) -> base::result<void> {
    log.append(in, act_of(person));
    return base::error{base::errc::forbidden};
  });
  EXPECT_EQ(refused.error().code, base::errc::forbidden);
  auto broken = [this, person](sql::session& in) {
    log.append(in, act_of(person));
    throw std::runtime_error("after the append");
  };
  EXPECT_THROW((void)store->write_now(std::move(broken)), std::runtime_error);
  EXPECT_EQ(store->write_now(acting(1, act_of(person))).error().code, base::errc::conflict);
  EXPECT_EQ(numbers(), (std::vector<std::int64_t>{1}));

  ASSERT_TRUE(store->write_now(acting(2, act_of(person))).has_value());
  EXPECT_EQ(numbers(), (std::vector<std::int64_t>{2, 1}));
  EXPECT_FALSE(verify().broken);
}

TEST_P(AuditLog, ParallelTransactionsThatFailLeaveNoGap) {
  const auto person = somebody();
  std::vector<std::future<base::result<void>>> jobs;
  for (std::size_t i = 0; i < 40; ++i) {
    auto every_other_fails = [this, i, person](sql::session& in) -> base::result<void> {
      log.append(in, act_of(person));
      if (i % 2 == 0) return base::error{base::errc::forbidden};
      return {};
    };
    jobs.push_back(await_on(i % loops.size(), store->write(std::move(every_other_fails))));
  }
  int done = 0;
  for (auto& each : jobs)
    done += each.get().has_value() ? 1 : 0;
  EXPECT_EQ(done, 20);
  const auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 20);
}

TEST_P(AuditLog, CVE_2026_115357_AnActThatCannotBeWrittenDownDoesNotHappen) {
  make_acts();
  ASSERT_TRUE(store->write_now(acting(1, act_of(somebody()))).has_value());

  auto unreadable = act_of(somebody(), "no JSON");
  EXPECT_THROW((void)store->write_now(acting(2, unreadable)), std::invalid_argument);
  EXPECT_EQ(acts(), 1);

  tamper("DELETE FROM audit_head");
  EXPECT_THROW((void)store->write_now(acting(2, act_of(somebody()))), sql::sql_error);
  EXPECT_EQ(acts(), 1);

  tamper("DROP TABLE audit_log");
  EXPECT_THROW((void)store->write_now(acting(2, act_of(somebody()))), sql::sql_error);
  // Nor when the job thinks nothing of it.
  auto careless = [this](sql::session& in) {
    in.execute("INSERT INTO acts (id) VALUES (3)");
    in.execute("INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, :hash)", {{"hash", hash_before_first}});
    try {
      log.append(in, act_of(somebody()));
    } catch (const sql::sql_error&) {
      return;
    }
  };
  EXPECT_THROW((void)store->write_now(std::move(careless)), sql::sql_error);
  EXPECT_EQ(acts(), 1);
}

TEST_P(AuditLog, ANumberThatIsTakenIsNoConflictOfTheAct) {
  append(somebody(), 2);
  tamper("UPDATE audit_head SET seq = 1");
  EXPECT_THROW((void)store->write_now(appending(act_of(somebody()))), sql::sql_error);
}

TEST(AuditLogCost, AppendTakesThreeStatements) {
  const audit_log log(key_of('k'));
  counting_session in;
  log.append(in, {.owner = somebody(), .actor = {}, .action = action::login_refused, .at = noon});
  EXPECT_EQ(in.statements, 3);
}

}  // namespace kontor::audit
