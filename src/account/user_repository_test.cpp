#include "account/sql_user_repository.hpp"

#include "account/migrations.hpp"
#include "account/user_statements.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

namespace kontor::account {
namespace {

using namespace std::chrono_literals;

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);

std::span<const sql::migration> steps() {
  static const auto joined = tests::join_steps({migrations()});
  return joined;
}

struct UserRepository : tests::on_each_database {
  UserRepository() : users(open(steps())) {}

  static new_user somebody(const std::string& email) {
    return {.id = crypto::random_id<base::user_id>(),
            .email = email,
            .email_lookalike = email,
            .hashed_password = "$kontor$1$first",
            .is_admin = false,
            .created_at = noon};
  }
  user add(const std::string& email) { return await(users.create_user(somebody(email))).value(); }
  void link(const user& owner, char token, base::timestamp expires_at) {
    new_setup_link made{owner.id, std::string(64, token), noon, expires_at};
    ASSERT_TRUE(await(users.create_setup_link(std::move(made))).has_value());
  }
  std::string hash_of(const user& owner) { return await(users.get_by_email(owner.email)).value().hashed_password; }
  std::int64_t count(std::string_view table) {
    const sql::query<std::int64_t> all{table == "users" ? "SELECT COUNT(*) FROM users"
                                                        : "SELECT COUNT(*) FROM one_time_links"};
    return std::get<0>(store->read_now([&all](sql::session& in) { return in.first(all); }).value().value());
  }
  void deactivate(const user& owner) {
    auto job = [id = owner.id](sql::session& in) { return statements::deactivate(in, id, noon + 1s); };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }

  sql_user_repository users;
};
INSTANTIATE_TEST_SUITE_P(Databases, UserRepository, tests::each_database, tests::database_name);

template <class T>
std::string code_of(const base::result<T>& result) {
  return result ? "good" : std::string(base::name_of(result.error().code));
}

}  // namespace

TEST_P(UserRepository, KeepsWhatItWasGiven) {
  const auto account = somebody("käse+ü'\"; DROP TABLE users --@xn--bcher-kva.example");
  const auto created = await(users.create_user(account)).value();
  EXPECT_EQ(created.id, account.id);
  EXPECT_EQ(created.email, account.email);
  EXPECT_FALSE(created.is_admin);
  EXPECT_TRUE(created.is_active);
  EXPECT_EQ(created.security_epoch, 0);
  EXPECT_EQ(created.created_at, noon);
  EXPECT_EQ(created.updated_at, noon);

  const auto by_id = await(users.get_by_id(account.id)).value();
  EXPECT_EQ(by_id.email, account.email);
  const auto by_email = await(users.get_by_email(account.email)).value();
  EXPECT_EQ(by_email.owner.id, account.id);
  EXPECT_EQ(by_email.hashed_password, account.hashed_password);

  auto admin = somebody("admin@x.org");
  admin.is_admin = true;
  admin.hashed_password = "";
  EXPECT_TRUE(await(users.create_user(admin)).value().is_admin);
  EXPECT_EQ(hash_of(await(users.get_by_id(admin.id)).value()), "");
}

TEST_P(UserRepository, DoesNotFindWhatIsNotThere) {
  add("a@x.org");
  EXPECT_EQ(code_of(await(users.get_by_id(crypto::random_id<base::user_id>()))), "not-found");
  for (const auto* other : {"b@x.org", "A@x.org", "a@x.org ", "%", "_@x.org", "' OR 1=1--"})
    EXPECT_EQ(code_of(await(users.get_by_email(other))), "not-found") << other;
}

TEST_P(UserRepository, TakesAnAddressOnceAndItsTwinNever) {
  add("apo@x.org");
  EXPECT_EQ(code_of(await(users.create_user(somebody("apo@x.org")))), "conflict");
  auto twin = somebody("аро@x.org");
  twin.email_lookalike = "apo@x.org";
  EXPECT_EQ(code_of(await(users.create_user(twin))), "conflict");
  EXPECT_EQ(code_of(await(users.create_user(somebody("аро@x.org")))), "good");
  EXPECT_EQ(count("users"), 2);
}

TEST_P(UserRepository, FiftyParallelRegistrationsMakeOneAccount) {
  std::vector<std::future<base::result<user>>> attempts;
  for (std::size_t i = 0; i < 50; ++i)
    attempts.push_back(await_on(i % loops.size(), users.create_user(somebody("a@x.org"))));
  std::map<std::string, int> outcomes;
  for (auto& attempt : attempts)
    ++outcomes[code_of(attempt.get())];
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"good", 1}, {"conflict", 49}}));
  EXPECT_EQ(count("users"), 1);
}

TEST_P(UserRepository, ReplacesAHashOnlyWhileItIsTheOldOne) {
  const auto owner = add("a@x.org");
  EXPECT_FALSE(await(users.update_password_hash(owner.id, "another", "new")).value());
  EXPECT_EQ(hash_of(owner), "$kontor$1$first");
  EXPECT_TRUE(await(users.update_password_hash(owner.id, "$kontor$1$first", "new")).value());
  EXPECT_EQ(hash_of(owner), "new");
  EXPECT_FALSE(await(users.update_password_hash(crypto::random_id<base::user_id>(), "new", "newer")).value());
  // A re-hash is no new password: tokens live on.
  EXPECT_EQ(await(users.get_by_id(owner.id)).value().security_epoch, 0);
}

TEST_P(UserRepository, APasswordIsSetOnlyInTheEpochThatWasChecked) {
  const auto checked = add("a@x.org");
  EXPECT_EQ(await(users.set_password(checked, "second", noon + 1s)).value().security_epoch, 1);
  EXPECT_EQ(code_of(await(users.set_password(checked, "third", noon + 2s))), "conflict");
  EXPECT_EQ(hash_of(checked), "second");

  const auto again = await(users.get_by_id(checked.id)).value();
  deactivate(again);
  EXPECT_EQ(code_of(await(users.set_password(again, "third", noon + 2s))), "not-found");
  auto nobody = again;
  nobody.id = crypto::random_id<base::user_id>();
  EXPECT_EQ(code_of(await(users.set_password(nobody, "third", noon + 2s))), "not-found");
  EXPECT_EQ(hash_of(again), "second");
}

TEST_P(UserRepository, ALinkWorksOnce) {
  const auto owner = add("a@x.org");
  link(owner, 'a', noon + 30min);
  const auto seen = await(users.get_setup_link(std::string(64, 'a'), noon + 1min)).value();
  EXPECT_EQ(seen.owner.id, owner.id);
  EXPECT_EQ(seen.expires_at, noon + 30min);

  const auto claimed = await(users.claim_setup_link(std::string(64, 'a'), "second", noon + 2min)).value();
  EXPECT_EQ(claimed.id, owner.id);
  EXPECT_EQ(claimed.security_epoch, 1);
  EXPECT_EQ(claimed.updated_at, noon + 2min);
  EXPECT_EQ(hash_of(owner), "second");

  EXPECT_EQ(code_of(await(users.claim_setup_link(std::string(64, 'a'), "third", noon + 2min))), "not-found");
  EXPECT_EQ(code_of(await(users.get_setup_link(std::string(64, 'a'), noon + 2min))), "not-found");
  EXPECT_EQ(hash_of(owner), "second");
  EXPECT_EQ(count("one_time_links"), 0);
}

TEST_P(UserRepository, ALinkExpires) {
  const auto owner = add("a@x.org");
  link(owner, 'a', noon + 30min);
  EXPECT_EQ(code_of(await(users.get_setup_link(std::string(64, 'a'), noon + 30min - 1us))), "good");
  EXPECT_EQ(code_of(await(users.get_setup_link(std::string(64, 'a'), noon + 30min))), "not-found");
  EXPECT_EQ(code_of(await(users.claim_setup_link(std::string(64, 'a'), "second", noon + 30min))), "not-found");
  EXPECT_EQ(hash_of(owner), "$kontor$1$first");
  EXPECT_EQ(code_of(await(users.claim_setup_link(std::string(64, 'a'), "second", noon + 30min - 1us))), "good");
}

TEST_P(UserRepository, ANewLinkEndsTheOldOneOfThisOwnerOnly) {
  const auto one = add("a@x.org");
  const auto other = add("b@x.org");
  link(one, 'a', noon + 30min);
  link(other, 'b', noon + 30min);
  link(one, 'c', noon + 30min);
  EXPECT_EQ(code_of(await(users.get_setup_link(std::string(64, 'a'), noon))), "not-found");
  EXPECT_EQ(await(users.get_setup_link(std::string(64, 'b'), noon)).value().owner.id, other.id);
  EXPECT_EQ(await(users.get_setup_link(std::string(64, 'c'), noon)).value().owner.id, one.id);
  EXPECT_EQ(await(users.claim_setup_link(std::string(64, 'b'), "second", noon)).value().id, other.id);
  EXPECT_EQ(hash_of(one), "$kontor$1$first");
  EXPECT_EQ(hash_of(other), "second");
}

TEST_P(UserRepository, ALinkOfADeactivatedOwnerDoesNotWork) {
  const auto owner = add("a@x.org");
  link(owner, 'a', noon + 30min);
  deactivate(owner);
  EXPECT_EQ(code_of(await(users.get_setup_link(std::string(64, 'a'), noon))), "not-found");
  EXPECT_EQ(code_of(await(users.claim_setup_link(std::string(64, 'a'), "second", noon))), "not-found");
  EXPECT_EQ(hash_of(owner), "$kontor$1$first");
}

TEST_P(UserRepository, ALinkNeedsAnOwner) {
  new_setup_link orphan{crypto::random_id<base::user_id>(), std::string(64, 'a'), noon, noon + 1min};
  EXPECT_EQ(code_of(await(users.create_setup_link(orphan))), "not-found");
}

// better-auth GHSA-hc7v-rggr-4hvx: a link worked more than once.
TEST_P(UserRepository, OfFiftyParallelClaimsOneWins) {
  const auto owner = add("a@x.org");
  link(owner, 'a', noon + 30min);
  std::vector<std::future<base::result<user>>> claims;
  for (std::size_t i = 0; i < 50; ++i)
    claims.push_back(
        await_on(i % loops.size(), users.claim_setup_link(std::string(64, 'a'), "claim " + std::to_string(i), noon)));
  std::map<std::string, int> outcomes;
  std::string winner;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const auto result = claims[i].get();
    ++outcomes[code_of(result)];
    if (result) winner = "claim " + std::to_string(i);
  }
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"good", 1}, {"not-found", 49}}));
  EXPECT_EQ(hash_of(owner), winner);
  EXPECT_EQ(await(users.get_by_id(owner.id)).value().security_epoch, 1);
}

// The database itself refuses what the program must never write.
TEST_P(UserRepository, TheTablesRefuseNonsense) {
  const auto owner = add("a@x.org");
  for (const std::string_view statement :
       {"UPDATE users SET is_admin = 2", "UPDATE users SET is_active = -1", "UPDATE users SET security_epoch = -1",
        "UPDATE users SET id = 'short'", "UPDATE users SET email = 'a'", "UPDATE users SET hashed_password = NULL",
        "INSERT INTO one_time_links (user_id, token_hash, purpose, epoch, created_at, expires_at) VALUES ('nobody', "
        "'', "
        "'setup', 0, 1, 2)"}) {
    EXPECT_THROW((void)store->write_now([statement](sql::session& in) { return in.execute(statement); }),
                 sql::sql_error)
        << statement;
  }
  EXPECT_EQ(await(users.get_by_id(owner.id)).value().email, "a@x.org");
}

TEST_P(UserRepository, PingTellsWhetherTheDatabaseAnswers) {
  EXPECT_TRUE(await(users.ping()).has_value());
  store->stop();
  EXPECT_EQ(code_of(await(users.ping())), "unavailable");
  EXPECT_EQ(code_of(await(users.get_by_email("a@x.org"))), "unavailable");
}

}  // namespace kontor::account
