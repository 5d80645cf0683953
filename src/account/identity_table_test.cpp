#include "account/identity_table.hpp"

#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "account/user_statements.hpp"
#include "async/blocking_pool.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"

#include <gtest/gtest.h>

#include <condition_variable>

namespace kontor::account {
namespace {

using namespace std::chrono_literals;

const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

// The real repository behind a gate: what has been read is held back until the gate opens.
class gated_repository final : public user_repository {
 public:
  explicit gated_repository(user_repository& behind, std::size_t threads)
      : behind_(behind), pool_({.name = "gate", .threads = threads}) {}
  ~gated_repository() override { open(); }

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

  async::awaitable<base::result<user>> get_by_id(base::user_id id) override {
    auto answer = co_await behind_.get_by_id(id);
    auto pass = [this] {
      std::unique_lock lock(mutex_);
      ++queries_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !closed_; });
    };
    if (const auto passed = co_await pool_.run(std::move(pass)); !passed) co_return passed.error();
    co_return answer;
  }

  async::awaitable<base::result<user>> create_user(new_user account) override {
    return behind_.create_user(std::move(account));
  }
  async::awaitable<base::result<stored_credentials>> get_by_email(std::string email) override {
    return behind_.get_by_email(std::move(email));
  }
  async::awaitable<base::result<bool>> update_password_hash(base::user_id id, std::string from,
                                                            std::string to) override {
    return behind_.update_password_hash(id, std::move(from), std::move(to));
  }
  async::awaitable<base::result<void>> create_setup_link(new_setup_link link) override {
    return behind_.create_setup_link(std::move(link));
  }
  async::awaitable<base::result<setup_link>> get_setup_link(std::string token, base::timestamp now) override {
    return behind_.get_setup_link(std::move(token), now);
  }
  async::awaitable<base::result<user>> claim_setup_link(std::string token, std::string hash,
                                                        base::timestamp now) override {
    return behind_.claim_setup_link(std::move(token), std::move(hash), now);
  }
  async::awaitable<base::result<void>> ping() override { return behind_.ping(); }

 private:
  user_repository& behind_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  int queries_ = 0;
  async::blocking_pool pool_;
};

struct IdentityTable : tests::on_each_database {
  IdentityTable() : stored(open(migrations())), users(stored, 8) {}
  ~IdentityTable() override { users.open(); }

  user add(const std::string& email) {
    new_user account{.id = crypto::random_id<base::user_id>(),
                     .email = email,
                     .email_lookalike = email,
                     .hashed_password = "",
                     .is_admin = false,
                     .created_at = noon};
    return await(stored.create_user(std::move(account))).value();
  }
  void deactivate(const user& owner) {
    auto job = [id = owner.id](sql::session& in) { return statements::deactivate(in, id, noon + 1s); };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }

  sql_user_repository stored;
  gated_repository users;
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
  identity_table table(users, always_fresh);
  const auto anna = add("anna@x.org");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(await(table.find(anna.id)).value().email, "anna@x.org");
  EXPECT_EQ(users.queries(), 1);
  EXPECT_EQ(table.size(), 1u);
}

TEST_P(IdentityTable, SeesAChangeMadeElsewhereWhenTheEntryIsOld) {
  identity_table table(users, always_old);
  const auto anna = add("anna@x.org");
  EXPECT_TRUE(await(table.find(anna.id)).value().is_active);
  deactivate(anna);
  const auto now = await(table.find(anna.id)).value();
  EXPECT_FALSE(now.is_active);
  EXPECT_EQ(now.security_epoch, 1);
}

TEST_P(IdentityTable, ForgettingAsksAgainAtOnce) {
  identity_table table(users, always_fresh);
  const auto anna = add("anna@x.org");
  EXPECT_TRUE(await(table.find(anna.id)).value().is_active);
  deactivate(anna);
  EXPECT_TRUE(await(table.find(anna.id)).value().is_active);
  table.forget(anna.id);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_FALSE(await(table.find(anna.id)).value().is_active);
}

TEST_P(IdentityTable, ForgettingWinsAgainstAQueryUnderWay) {
  identity_table table(users, always_fresh);
  const auto anna = add("anna@x.org");
  users.close();
  auto asking = await_on(0, table.find(anna.id));
  auto waiting = await_on(1, table.find(anna.id));
  users.await_queries(1);
  // The database has answered "active"; the answer is on its way when the account is deactivated.
  deactivate(anna);
  table.forget(anna.id);
  users.open();
  EXPECT_FALSE(asking.get().value().is_active);
  EXPECT_FALSE(waiting.get().value().is_active);
  EXPECT_FALSE(await(table.find(anna.id)).value().is_active);
}

TEST_P(IdentityTable, ManyWhoNeedTheSameShareOneQuery) {
  identity_table table(users, always_fresh);
  const auto anna = add("anna@x.org");
  users.close();
  std::vector<std::future<base::result<user>>> finds;
  for (std::size_t i = 0; i < 50; ++i)
    finds.push_back(await_on(i % loops.size(), table.find(anna.id)));
  users.await_queries(1);
  users.open();
  for (auto& find : finds)
    EXPECT_EQ(find.get().value().id, anna.id);
  EXPECT_EQ(users.queries(), 1);
}

TEST_P(IdentityTable, WhileOneRenewsTheOthersUseWhatIsKnown) {
  identity_table table(users, always_usable);
  const auto anna = add("anna@x.org");
  ASSERT_TRUE(await(table.find(anna.id)).has_value());
  users.close();
  auto renewing = await_on(0, table.find(anna.id));
  users.await_queries(2);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(await_on(1, table.find(anna.id)).get().value().email, "anna@x.org");
  EXPECT_EQ(users.queries(), 2);
  users.open();
  EXPECT_TRUE(renewing.get().has_value());
}

TEST_P(IdentityTable, ADatabaseThatIsAwayIsBridgedAsLongAsTheEntryIsUsable) {
  identity_table usable(users, always_usable);
  identity_table old(users, always_old);
  const auto anna = add("anna@x.org");
  ASSERT_TRUE(await(usable.find(anna.id)).has_value());
  ASSERT_TRUE(await(old.find(anna.id)).has_value());
  store->stop();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(await(usable.find(anna.id)).value().email, "anna@x.org");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(await(old.find(anna.id)).error().code, base::errc::unavailable);
  EXPECT_EQ(await(usable.find(crypto::random_id<base::user_id>())).error().code, base::errc::unavailable);
}

TEST_P(IdentityTable, WhoDoesNotExistIsNotKept) {
  identity_table table(users, always_fresh);
  const auto nobody = crypto::random_id<base::user_id>();
  EXPECT_EQ(await(table.find(nobody)).error().code, base::errc::not_found);
  EXPECT_EQ(await(table.find(nobody)).error().code, base::errc::not_found);
  EXPECT_EQ(users.queries(), 2);
  EXPECT_EQ(table.size(), 0u);
}

TEST_P(IdentityTable, IsBounded) {
  constexpr std::size_t capacity = 16;  // one per shard
  identity_table table(users, {.fresh_for = 1h, .usable_for = 2h, .capacity = capacity});
  std::vector<user> people;
  for (int i = 0; i < 60; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  for (const auto& person : people) {
    EXPECT_EQ(await(table.find(person.id)).value().email, person.email);
    EXPECT_LE(table.size(), capacity);
  }
  EXPECT_GT(table.size(), 1u);
  // The last one is still there.
  const auto before = users.queries();
  EXPECT_EQ(await(table.find(people.back().id)).value().email, people.back().email);
  EXPECT_EQ(users.queries(), before);
}

TEST_P(IdentityTable, AnEntryThatMadeRoomWhileItWasRenewedHarmsNobody) {
  identity_table table(users, {.fresh_for = 1h, .usable_for = 2h, .capacity = 1});
  std::vector<user> people;
  for (int i = 0; i < 8; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  users.close();
  std::vector<std::future<base::result<user>>> finds;
  for (const auto& person : people)
    finds.push_back(await_on(0, table.find(person.id)));
  users.await_queries(8);
  users.open();
  for (std::size_t i = 0; i < people.size(); ++i)
    EXPECT_EQ(finds[i].get().value().id, people[i].id);
}

TEST_P(IdentityTable, ManyThreadsFindAndForget) {
  identity_table table(users, {.fresh_for = 1ms, .usable_for = 2ms});
  std::vector<user> people;
  for (int i = 0; i < 4; ++i)
    people.push_back(add("a" + std::to_string(i) + "@x.org"));
  std::vector<std::future<base::result<user>>> finds;
  for (std::size_t i = 0; i < 800; ++i) {
    finds.push_back(await_on(i % loops.size(), table.find(people[i % people.size()].id)));
    if (i % 7 == 0) table.forget(people[i % people.size()].id);
  }
  for (std::size_t i = 0; i < finds.size(); ++i)
    EXPECT_EQ(finds[i].get().value().id, people[i % people.size()].id);
}

}  // namespace kontor::account
