#include "session/identity_table.hpp"

#include "account/user_statements.hpp"
#include "async/blocking_pool.hpp"
#include "crypto/random.hpp"
#include "session/session_fixture.hpp"
#include "session/session_statements.hpp"

#include <gtest/gtest.h>

#include <condition_variable>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;

// The real database behind a gate: what has been read is held back until the gate opens.
class gated_source final : public identity_source {
 public:
  gated_source(sql::database& behind, std::size_t threads)
      : behind_(behind), pool_({.name = "gate", .threads = threads}) {}
  ~gated_source() override { open(); }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  // Returns when `count` queries have been answered by the database, held back or not.
  void await_queries(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return queries_ >= count; });
  }
  int queries() const {
    const std::lock_guard lock(mutex_);
    return queries_;
  }

  async::awaitable<base::result<identity>> find_identity(base::session_id id) override {
    auto job = [id](sql::session& in) -> base::result<identity> {
      auto found = statements::find_identity(in, id);
      if (!found) return base::error{base::errc::not_found, "", "", ""};
      return std::move(*found);
    };
    auto answer = co_await behind_.read(std::move(job));
    auto pass = [this] {
      std::unique_lock lock(mutex_);
      ++queries_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !closed_; });
    };
    if (const auto passed = co_await pool_.run(std::move(pass)); !passed) co_return passed.error();
    co_return answer;
  }

 private:
  sql::database& behind_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  int queries_ = 0;
  async::blocking_pool pool_;
};

struct IdentityTable : on_sessions {
  IdentityTable() : source(*store, 8) {}
  ~IdentityTable() override { source.open(); }

  signed_in add(const std::string& email) { return register_user(email).value(); }
  void deactivate(const signed_in& who) {
    auto job = [id = who.owner.id](sql::session& in) { return account::statements::deactivate(in, id, noon + 1s); };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }

  gated_source source;
};
INSTANTIATE_TEST_SUITE_P(Databases, IdentityTable, tests::each_database, tests::database_name);

constexpr identity_table_settings always_fresh{.fresh_for = 1h, .usable_for = 2h};
constexpr identity_table_settings always_usable{.fresh_for = 0ms, .usable_for = 1h};
constexpr identity_table_settings always_old{.fresh_for = 0ms, .usable_for = 0ms};

}  // namespace

TEST(IdentityUse, TheRuleAsATable) {
  using enum identity_use;
  const identity_table_settings settings;  // 400 ms, 900 ms
  struct row {
    std::optional<std::chrono::steady_clock::duration> age;
    identity_use idle;
    identity_use renewing;
  };
  const std::vector<row> rows = {
      {std::nullopt, renew, wait}, {0ms, use, use},      {399ms, use, use},
      {400ms - 1ns, use, use},     {400ms, renew, use},  {899ms, renew, use},
      {900ms - 1ns, renew, use},   {900ms, renew, wait}, {1h, renew, wait},
  };
  for (const auto& [age, idle, renewing] : rows) {
    EXPECT_EQ(decide_identity_use(age, false, settings), idle) << (age ? age->count() : -1);
    EXPECT_EQ(decide_identity_use(age, true, settings), renewing) << (age ? age->count() : -1);
  }
  // "Revoked means now": a change made elsewhere is seen within a second.
  EXPECT_LT(settings.usable_for, 1s);
}

TEST_P(IdentityTable, AsksOnceAndThenKnows) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(await(table.find(anna.session)).value().owner.email, "anna@x.org");
  EXPECT_EQ(source.queries(), 1);
  EXPECT_EQ(table.size(), 1u);
}

TEST_P(IdentityTable, SeesAChangeMadeElsewhereWhenTheEntryIsOld) {
  identity_table table(source, always_old);
  const auto anna = add("anna@x.org");
  EXPECT_TRUE(await(table.find(anna.session)).value().owner.is_active);
  deactivate(anna);
  const auto now = await(table.find(anna.session)).value();
  EXPECT_FALSE(now.owner.is_active);
  EXPECT_EQ(now.owner.security_epoch, 1);
}

TEST_P(IdentityTable, ForgettingAsksAgainAtOnce) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  EXPECT_TRUE(await(table.find(anna.session)).value().owner.is_active);
  deactivate(anna);
  EXPECT_TRUE(await(table.find(anna.session)).value().owner.is_active);
  table.forget(anna.session);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_FALSE(await(table.find(anna.session)).value().owner.is_active);
}

TEST_P(IdentityTable, AnOwnerIsForgottenWithAllSessions) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  const auto again = log_in("anna@x.org").value();
  const auto ben = add("ben@x.org");
  for (const auto& who : {anna.session, again.session, ben.session})
    ASSERT_TRUE(await(table.find(who)).has_value());
  deactivate(anna);
  table.forget_owner(anna.owner.id);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_FALSE(await(table.find(anna.session)).value().owner.is_active);
  EXPECT_FALSE(await(table.find(again.session)).value().owner.is_active);
  const auto asked = source.queries();
  EXPECT_TRUE(await(table.find(ben.session)).value().owner.is_active);
  EXPECT_EQ(source.queries(), asked);
}

TEST_P(IdentityTable, ForgettingAnOwnerWinsAgainstAFirstQueryUnderWay) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  source.close();
  auto asking = await_on(0, table.find(anna.session));
  source.await_queries(1);
  deactivate(anna);
  table.forget_owner(anna.owner.id);
  source.open();
  EXPECT_FALSE(asking.get().value().owner.is_active);
}

TEST_P(IdentityTable, ForgettingWinsAgainstAQueryUnderWay) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  source.close();
  auto asking = await_on(0, table.find(anna.session));
  auto waiting = await_on(1, table.find(anna.session));
  source.await_queries(1);
  // The database has answered "active"; the answer is on its way when the account is deactivated.
  deactivate(anna);
  table.forget(anna.session);
  source.open();
  EXPECT_FALSE(asking.get().value().owner.is_active);
  EXPECT_FALSE(waiting.get().value().owner.is_active);
  EXPECT_FALSE(await(table.find(anna.session)).value().owner.is_active);
}

TEST_P(IdentityTable, ManyWhoNeedTheSameShareOneQuery) {
  identity_table table(source, always_fresh);
  const auto anna = add("anna@x.org");
  source.close();
  std::vector<std::future<base::result<identity>>> finds;
  for (std::size_t i = 0; i < 50; ++i)
    finds.push_back(await_on(i % loops.size(), table.find(anna.session)));
  source.await_queries(1);
  source.open();
  for (auto& find : finds)
    EXPECT_EQ(find.get().value().session.id, anna.session);
  EXPECT_EQ(source.queries(), 1);
}

TEST_P(IdentityTable, WhileOneRenewsTheOthersUseWhatIsKnown) {
  identity_table table(source, always_usable);
  const auto anna = add("anna@x.org");
  ASSERT_TRUE(await(table.find(anna.session)).has_value());
  source.close();
  auto renewing = await_on(0, table.find(anna.session));
  source.await_queries(2);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(await_on(1, table.find(anna.session)).get().value().owner.email, "anna@x.org");
  EXPECT_EQ(source.queries(), 2);
  source.open();
  EXPECT_TRUE(renewing.get().has_value());
}

TEST_P(IdentityTable, ADatabaseThatIsAwayIsBridgedAsLongAsTheEntryIsUsable) {
  identity_table usable(source, always_usable);
  identity_table old(source, always_old);
  const auto anna = add("anna@x.org");
  ASSERT_TRUE(await(usable.find(anna.session)).has_value());
  ASSERT_TRUE(await(old.find(anna.session)).has_value());
  store->stop();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(await(usable.find(anna.session)).value().owner.email, "anna@x.org");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(await(old.find(anna.session)).error().code, base::errc::unavailable);
  EXPECT_EQ(await(usable.find(crypto::random_id<base::session_id>())).error().code, base::errc::unavailable);
}

TEST_P(IdentityTable, WhoDoesNotExistIsNotKept) {
  identity_table table(source, always_fresh);
  const auto nobody = crypto::random_id<base::session_id>();
  EXPECT_EQ(await(table.find(nobody)).error().code, base::errc::not_found);
  EXPECT_EQ(await(table.find(nobody)).error().code, base::errc::not_found);
  EXPECT_EQ(source.queries(), 2);
  EXPECT_EQ(table.size(), 0u);
}

TEST_P(IdentityTable, IsBounded) {
  constexpr std::size_t capacity = 16;  // one per shard
  identity_table table(source, {.fresh_for = 1h, .usable_for = 2h, .capacity = capacity});
  std::vector<signed_in> people;
  for (int i = 0; i < 60; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  for (const auto& person : people) {
    EXPECT_EQ(await(table.find(person.session)).value().owner.email, person.owner.email);
    EXPECT_LE(table.size(), capacity);
  }
  EXPECT_GT(table.size(), 1u);
  // The last one is still there.
  const auto before = source.queries();
  EXPECT_EQ(await(table.find(people.back().session)).value().owner.email, people.back().owner.email);
  EXPECT_EQ(source.queries(), before);
}

TEST_P(IdentityTable, AnEntryThatMadeRoomWhileItWasRenewedHarmsNobody) {
  identity_table table(source, {.fresh_for = 1h, .usable_for = 2h, .capacity = 1});
  std::vector<signed_in> people;
  for (int i = 0; i < 8; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  source.close();
  std::vector<std::future<base::result<identity>>> finds;
  for (const auto& person : people)
    finds.push_back(await_on(0, table.find(person.session)));
  source.await_queries(8);
  source.open();
  for (std::size_t i = 0; i < people.size(); ++i)
    EXPECT_EQ(finds[i].get().value().session.id, people[i].session);
}

TEST_P(IdentityTable, ManyThreadsFindAndForget) {
  identity_table table(source, {.fresh_for = 1ms, .usable_for = 2ms});
  std::vector<signed_in> people;
  for (int i = 0; i < 4; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  std::vector<std::future<base::result<identity>>> finds;
  for (std::size_t i = 0; i < 800; ++i) {
    finds.push_back(await_on(i % loops.size(), table.find(people[i % people.size()].session)));
    if (i % 7 == 0) table.forget(people[i % people.size()].session);
  }
  for (std::size_t i = 0; i < finds.size(); ++i)
    EXPECT_EQ(finds[i].get().value().session.id, people[i % people.size()].session);
}

}  // namespace kontor::session
