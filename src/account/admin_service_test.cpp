#include "account/admin_service.hpp"

#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "account/user_statements.hpp"
#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace kontor::account {
namespace {

using namespace std::chrono_literals;
using base::errc;

const base::timestamp administered_at = base::from_microseconds(1'800'000'000'000'000);

std::span<const sql::migration> admin_steps() {
  static const auto joined = tests::join_steps({migrations()});
  return joined;
}

struct AdminService : tests::on_each_database {
  AdminService() : users(open(admin_steps())), admins(*store, clock, 30min) {}

  user add_member(const std::string& email, std::string hash = "hash") {
    const auto address = normalise_email(email).value();
    new_user account{.id = crypto::random_id<base::user_id>(),
                     .email = address.normal,
                     .email_lookalike = address.lookalike,
                     .hashed_password = std::move(hash),
                     .is_admin = false,
                     .created_at = administered_at};
    return await(users.create_user(std::move(account))).value();
  }
  // Does the link work, and for whom? Empty: it does not.
  std::string owner_of(const issued_setup_link& link) {
    const auto found = await(users.get_setup_link(base::to_hex(crypto::sha256(link.token.bytes())), clock.now()));
    return found ? found->owner.email : "";
  }
  int active_admins() {
    int count = 0;
    for (const auto& someone : admins.list_users("", 1000).value())
      count += someone.is_admin && someone.is_active ? 1 : 0;
    return count;
  }

  base::manual_clock clock{administered_at};
  sql_user_repository users;
  admin_service admins;
};
INSTANTIATE_TEST_SUITE_P(Databases, AdminService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(AdminService, CreatesAnAdminWithoutAPassword) {
  const auto root = admins.create_admin(" Root@X.org").value();
  EXPECT_EQ(root.email, "root@x.org");
  EXPECT_TRUE(root.is_admin);
  EXPECT_TRUE(root.is_active);
  EXPECT_EQ(await(users.get_by_email("root@x.org")).value().hashed_password, "");
  EXPECT_EQ(admins.create_admin("ROOT@x.org").error().type, "email-taken");
  EXPECT_EQ(admins.create_admin("ROOT@x.org").error().code, errc::conflict);
  EXPECT_EQ(admins.create_admin("rооt@x.org").error().code, errc::invalid_input);
  EXPECT_EQ(admins.create_admin("nonsense").error().code, errc::invalid_input);
}

TEST_P(AdminService, ListsInPages) {
  for (const auto* email : {"c@x.org", "a@x.org", "b@x.org"})
    add_member(email);
  std::vector<std::string> seen;
  std::string after;
  for (int page = 0; page < 4; ++page) {
    const auto rows = admins.list_users(after, 2).value();
    EXPECT_LE(rows.size(), 2u);
    for (const auto& row : rows)
      seen.push_back(row.email);
    if (rows.empty()) break;
    after = rows.back().email;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a@x.org", "b@x.org", "c@x.org"}));
}

TEST_P(AdminService, ChangesAreTheSameDoneTwice) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  add_member("anna@x.org");
  clock.advance(1min);
  for (int i = 0; i < 2; ++i) {
    const auto anna = admins.promote("Anna@x.org").value();
    EXPECT_TRUE(anna.is_admin);
    EXPECT_EQ(anna.security_epoch, 0);
    EXPECT_EQ(anna.updated_at, administered_at + 1min);
  }
  for (int i = 0; i < 2; ++i)
    EXPECT_FALSE(admins.demote("anna@x.org").value().is_admin);
  for (int i = 0; i < 2; ++i) {
    const auto anna = admins.deactivate("anna@x.org").value();
    EXPECT_FALSE(anna.is_active);
    EXPECT_EQ(anna.security_epoch, 1);
  }
  for (int i = 0; i < 2; ++i) {
    const auto anna = admins.activate("anna@x.org").value();
    EXPECT_TRUE(anna.is_active);
    EXPECT_EQ(anna.security_epoch, 1);
  }
}

TEST_P(AdminService, WhoIsNotThereCannotBeChanged) {
  for (const auto change :
       {&admin_service::activate, &admin_service::deactivate, &admin_service::promote, &admin_service::demote}) {
    EXPECT_EQ((admins.*change)("nobody@x.org").error().code, errc::not_found);
    EXPECT_EQ((admins.*change)("nonsense").error().code, errc::invalid_input);
  }
  EXPECT_EQ(admins.make_setup_link("nobody@x.org").error().code, errc::not_found);
  EXPECT_EQ(admins.make_setup_link("nonsense").error().code, errc::invalid_input);
}

TEST_P(AdminService, TheLastActiveAdminStays) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  ASSERT_TRUE(admins.create_admin("second@x.org").has_value());
  ASSERT_TRUE(admins.deactivate("second@x.org").has_value());
  add_member("anna@x.org");
  for (const auto change : {&admin_service::deactivate, &admin_service::demote}) {
    const auto refused = (admins.*change)("root@x.org");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, errc::conflict);
    EXPECT_EQ(refused.error().type, "last-admin");
  }
  EXPECT_EQ(active_admins(), 1);
  // Those who do not administer are not in the way.
  EXPECT_TRUE(admins.demote("second@x.org").has_value());
  EXPECT_TRUE(admins.deactivate("anna@x.org").has_value());
  ASSERT_TRUE(admins.activate("anna@x.org").has_value());
  ASSERT_TRUE(admins.promote("anna@x.org").has_value());
  EXPECT_TRUE(admins.deactivate("root@x.org").has_value());
  EXPECT_EQ(admins.demote("anna@x.org").error().type, "last-admin");
}

// On PostgreSQL two transactions could each see the other's admin still there.
TEST_P(AdminService, TwoAdminsCannotTakeEachOtherAway) {
  for (int round = 0; round < 15; ++round) {
    const auto one = "one" + std::to_string(round) + "@x.org";
    const auto other = "other" + std::to_string(round) + "@x.org";
    std::vector<std::string> left;
    for (const auto& someone : admins.list_users("", 1000).value())
      if (someone.is_admin && someone.is_active) left.push_back(someone.email);
    ASSERT_TRUE(admins.create_admin(one).has_value());
    ASSERT_TRUE(admins.create_admin(other).has_value());
    for (const auto& email : left)
      ASSERT_TRUE(admins.deactivate(email).has_value());
    ASSERT_EQ(active_admins(), 2);

    std::latch both(2);
    std::array<bool, 2> done{};
    const auto attempt = [&](std::size_t i, const std::string& email) {
      both.arrive_and_wait();
      const auto result = i % 2 == 0 ? admins.demote(email) : admins.deactivate(email);
      done.at(i) = result.has_value();
      if (!result) {
        EXPECT_EQ(result.error().type, "last-admin");
      }
    };
    std::thread second([&] { attempt(1, other); });
    attempt(0, one);
    second.join();
    EXPECT_NE(done[0], done[1]);
    ASSERT_EQ(active_admins(), 1);
  }
}

TEST_P(AdminService, ANewLinkEndsTheOldOneAndDeactivationEndsAll) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  add_member("anna@x.org");
  const auto first = admins.make_setup_link("anna@x.org").value();
  EXPECT_EQ(first.expires_at, administered_at + 30min);
  EXPECT_EQ(owner_of(first), "anna@x.org");
  const auto second = admins.make_setup_link("anna@x.org").value();
  EXPECT_EQ(owner_of(first), "");
  EXPECT_EQ(owner_of(second), "anna@x.org");

  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  EXPECT_EQ(admins.make_setup_link("anna@x.org").error().code, errc::conflict);
  ASSERT_TRUE(admins.activate("anna@x.org").has_value());
  EXPECT_EQ(owner_of(second), "");

  // A refused deactivation leaves the link alone.
  const auto root = admins.make_setup_link("root@x.org").value();
  EXPECT_EQ(admins.deactivate("root@x.org").error().type, "last-admin");
  EXPECT_EQ(owner_of(root), "root@x.org");
}

TEST_P(AdminService, BootstrapMakesTheFirstAdminAndALinkUntilThereIsAPassword) {
  const auto first = admins.bootstrap_admin("Root@x.org").value();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(owner_of(*first), "root@x.org");
  EXPECT_TRUE(await(users.get_by_email("root@x.org")).value().owner.is_admin);

  // The next start makes a new link and ends the old one.
  const auto second = admins.bootstrap_admin("root@x.org").value();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(owner_of(*first), "");
  EXPECT_EQ(owner_of(*second), "root@x.org");

  const auto token_hash = base::to_hex(crypto::sha256(second->token.bytes()));
  ASSERT_TRUE(await(users.claim_setup_link(token_hash, "hash", clock.now())).has_value());
  EXPECT_FALSE(admins.bootstrap_admin("root@x.org").value().has_value());
  EXPECT_EQ(admins.list_users("", 10).value().size(), 1u);
  EXPECT_EQ(admins.bootstrap_admin("nonsense").error().code, errc::invalid_input);
}

TEST_P(AdminService, BootstrapPromotesNobody) {
  add_member("anna@x.org");
  EXPECT_FALSE(admins.bootstrap_admin("anna@x.org").value().has_value());
  EXPECT_FALSE(await(users.get_by_email("anna@x.org")).value().owner.is_admin);

  // Nor does an account that only looks like the admin's stop the start.
  add_member("аро@x.org");
  EXPECT_FALSE(admins.bootstrap_admin("apo@x.org").value().has_value());
  EXPECT_EQ(active_admins(), 0);
}

TEST_P(AdminService, ParallelStartsMakeOneAdmin) {
  std::latch all(4);
  std::vector<std::thread> starts;
  std::vector<base::result<std::optional<issued_setup_link>>> results;
  std::mutex mutex;
  for (int i = 0; i < 4; ++i)
    starts.emplace_back([&] {
      all.arrive_and_wait();
      auto made = admins.bootstrap_admin("root@x.org");
      const std::lock_guard lock(mutex);
      results.push_back(std::move(made));
    });
  for (auto& start : starts)
    start.join();
  int working = 0;
  for (const auto& made : results) {
    ASSERT_TRUE(made.has_value() && made->has_value());
    working += owner_of(**made) == "root@x.org" ? 1 : 0;
  }
  EXPECT_EQ(working, 1);
  EXPECT_EQ(admins.list_users("", 10).value().size(), 1u);
}

}  // namespace kontor::account
