#include "admin/user_admin.hpp"

#include "account/admin_service.hpp"
#include "account/setup_token.hpp"
#include "admin/admin_fixture.hpp"
#include "admin/console.hpp"
#include "factor/factor_statements.hpp"

#include <gtest/gtest.h>

namespace kontor::admin {
namespace {

using namespace std::chrono_literals;
using base::errc;
using strings = std::vector<std::string>;

struct UserAdmin : on_administration {
  account::user root = add_admin("root@x.org");

  base::result<user_overview> change(const account::user& by, const account::user& who, std::optional<bool> is_active,
                                     std::optional<bool> is_admin) {
    return await(administration.change(as(by), who.id, {.is_active = is_active, .is_admin = is_admin}));
  }
  std::string owner_of(const account::issued_setup_link& link) {
    const auto found = await(users.get_setup_link(account::hash_of_setup_token(link.token), clock.now()));
    return found ? found->owner.email : "";
  }
  bool has_factor(const account::user& who) { return await(administration.get(who.id)).value().second_factor; }
  void give_factor(const account::user& who) {
    auto job = [who, now = clock.now()](sql::session& in) {
      factor::statements::put_pending_totp(in, who.id, "sealed", now);
      return factor::statements::confirm_totp(in, {.owner = who.id, .sealed_secret = "sealed", .step = 1}, now);
    };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, UserAdmin, tests::each_database, tests::database_name);

}  // namespace

TEST_P(UserAdmin, ChangesInOneActWithOneEntryEach) {
  const auto anna = add("anna@x.org");
  auto now = change(root, anna, {}, true).value();
  EXPECT_TRUE(now.user.is_admin);
  now = change(root, anna, false, false).value();
  EXPECT_FALSE(now.user.is_admin);
  EXPECT_FALSE(now.user.is_active);
  now = change(root, anna, true, true).value();
  EXPECT_TRUE(now.user.is_admin);
  EXPECT_TRUE(now.user.is_active);
  // So already: nothing is done, and nothing is written down.
  EXPECT_TRUE(change(root, anna, true, true).has_value());
  EXPECT_EQ(
      log(),
      (strings{"user.promoted anna@x.org root@x.org 192.0.2.9", "user.demoted anna@x.org root@x.org 192.0.2.9",
               "user.deactivated anna@x.org root@x.org 192.0.2.9", "user.promoted anna@x.org root@x.org 192.0.2.9",
               "user.activated anna@x.org root@x.org 192.0.2.9"}));
}

TEST_P(UserAdmin, TheLastAdministratorStays) {
  const auto anna = add("anna@x.org");
  for (const auto& [is_active, is_admin] : std::vector<std::pair<std::optional<bool>, std::optional<bool>>>{
           {false, {}}, {{}, false}, {false, false}, {false, true}, {true, false}}) {
    const auto refused = change(root, root, is_active, is_admin);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().type, "last-admin");
    const auto now = await(administration.get(root.id)).value();
    EXPECT_TRUE(now.user.is_active && now.user.is_admin);
    EXPECT_EQ(now.user.security_epoch, 0);
  }
  // Somebody who is promoted and deactivated in one act is not the one who is left.
  ASSERT_TRUE(change(root, anna, false, true).has_value());
  EXPECT_EQ(change(root, root, {}, false).error().type, "last-admin");
  ASSERT_TRUE(change(root, anna, true, {}).has_value());
  EXPECT_TRUE(change(root, root, {}, false).has_value());
  EXPECT_EQ(log().size(), 4u) << "what is refused is not written down as done";
}

TEST_P(UserAdmin, OfTwoWhoDemoteEachOtherAtOnceOneIsLeft) {
  for (int round = 0; round < 10; ++round) {
    const auto anna = add_admin("anna" + std::to_string(round) + "@x.org");
    const auto by_root = as(root);
    const auto by_anna = as(anna);
    auto first = await_on(0, administration.change(by_root, anna.id, {.is_active = {}, .is_admin = false}));
    auto second = await_on(1, administration.change(by_anna, root.id, {.is_active = {}, .is_admin = false}));
    const auto a = first.get();
    const auto b = second.get();
    ASSERT_NE(a.has_value(), b.has_value());
    EXPECT_EQ((a ? b : a).error().code, errc::forbidden) << "who was demoted has no right any more";
    if (b) root = anna;
  }
}

TEST_P(UserAdmin, WhoHasCeasedToBeAnAdministratorDoesNothingAnyMore) {
  const auto anna = add_admin("anna@x.org");
  const auto bob = add("bob@x.org");
  ASSERT_TRUE(change(root, anna, {}, false).has_value());
  const auto entries = log().size();
  EXPECT_EQ(change(anna, anna, {}, true).error().code, errc::forbidden);
  EXPECT_EQ(change(anna, bob, false, {}).error().code, errc::forbidden);
  EXPECT_EQ(await(administration.end_sessions(as(anna), bob.id)).error().code, errc::forbidden);
  EXPECT_EQ(await(administration.make_reset_link(as(anna), bob.id)).error().code, errc::forbidden);
  EXPECT_EQ(await(administration.remove_second_factor(as(anna), bob.id)).error().code, errc::forbidden);
  EXPECT_EQ(await(administration.invite(as(anna), "new@x.org", true, mail::language::english)).error().code,
            errc::forbidden);
  EXPECT_EQ(await(users.get_by_email("new@x.org")).error().code, errc::not_found);
  EXPECT_EQ(log().size(), entries);
}

TEST_P(UserAdmin, ADemotionEndsTheRightAndADeactivationEverything) {
  const auto anna = add_admin("anna@x.org");
  const auto session = sign_in(anna);
  ASSERT_TRUE(authenticate(session)->owner.is_admin);
  ASSERT_TRUE(change(root, anna, {}, false).has_value());
  EXPECT_FALSE(authenticate(session)->owner.is_admin);
  ASSERT_TRUE(change(root, anna, false, {}).has_value());
  EXPECT_EQ(authenticate(session).error().type, "invalid-token");
  ASSERT_TRUE(change(root, anna, true, {}).has_value());
  EXPECT_EQ(authenticate(session).error().type, "invalid-token");
}

TEST_P(UserAdmin, EndsTheSessionsOfOneAccount) {
  const auto anna = add("anna@x.org");
  const auto hers = sign_in(anna);
  const auto other = sign_in(root);
  ASSERT_TRUE(authenticate(hers).has_value());
  ASSERT_TRUE(await(administration.end_sessions(as(root), anna.id)).has_value());
  EXPECT_TRUE(authenticate(hers).has_error());
  EXPECT_TRUE(authenticate(other).has_value());
  EXPECT_EQ(log(), (strings{"sessions.ended_all anna@x.org root@x.org 192.0.2.9"}));
  EXPECT_EQ(await(administration.end_sessions(as(root), base::user_id())).error().code, errc::not_found);
}

TEST_P(UserAdmin, AResetLinkChangesNothingUntilItIsUsed) {
  const auto anna = add("anna@x.org");
  const auto session = sign_in(anna);
  const auto link = await(administration.make_reset_link(as(root), anna.id)).value();
  EXPECT_EQ(link.expires_at, clock.now() + 30min);
  EXPECT_EQ(owner_of(link), "anna@x.org");
  EXPECT_TRUE(authenticate(session).has_value());
  const auto again = await(administration.make_reset_link(as(root), anna.id)).value();
  EXPECT_EQ(owner_of(link), "");
  ASSERT_TRUE(change(root, anna, false, {}).has_value());
  EXPECT_EQ(owner_of(again), "");
  EXPECT_EQ(await(administration.make_reset_link(as(root), anna.id)).error().type, "deactivated");
  EXPECT_EQ(await(administration.make_reset_link(as(root), base::user_id())).error().code, errc::not_found);
}

TEST_P(UserAdmin, RemovesASecondFactor) {
  const auto anna = add("anna@x.org");
  EXPECT_EQ(await(administration.remove_second_factor(as(root), anna.id)).error().type, "no-factor");
  give_factor(anna);
  EXPECT_TRUE(has_factor(anna));
  ASSERT_TRUE(await(administration.remove_second_factor(as(root), anna.id)).has_value());
  EXPECT_FALSE(has_factor(anna));
  EXPECT_EQ(log(), (strings{"factor.removed anna@x.org root@x.org 192.0.2.9"}));
}

TEST_P(UserAdmin, InvitesWithALinkOfAWeek) {
  const auto invited = await(administration.invite(as(root), " Guest@X.org", false, mail::language::english)).value();
  EXPECT_EQ(invited.guest.user.email, "guest@x.org");
  EXPECT_FALSE(invited.guest.user.is_admin);
  EXPECT_FALSE(invited.guest.has_password);
  EXPECT_EQ(invited.link.expires_at, clock.now() + std::chrono::days(7));
  EXPECT_EQ(owner_of(invited.link), "guest@x.org");
  EXPECT_TRUE(await(administration.invite(as(root), "second@x.org", true, mail::language::english))
                  .value()
                  .guest.user.is_admin);
  EXPECT_EQ(log().front(), "user.created guest@x.org root@x.org 192.0.2.9");
  EXPECT_EQ(await(administration.invite(as(root), "GUEST@x.org", false, mail::language::english)).error().type,
            "email-taken");
  const auto refused = await(administration.invite(as(root), "nonsense", false, mail::language::english)).error();
  EXPECT_EQ(refused.code, errc::invalid_input);
  EXPECT_EQ(refused.fields.front().path, "/email");
}

TEST_P(UserAdmin, LinksEndWithTheRightOfWhoMadeThem) {
  for (const auto loss : {account::user_change{.is_active = {}, .is_admin = false},
                          account::user_change{.is_active = false, .is_admin = {}}}) {
    const auto name = loss.is_admin ? std::string("demoted") : std::string("deactivated");
    const auto second = add(name + "@x.org");
    ASSERT_TRUE(await(administration.change(as(root), second.id, {.is_active = {}, .is_admin = true})));
    auto chief = second;
    chief.is_admin = true;
    const auto reset = await(administration.make_reset_link(as(chief), root.id)).value();
    const auto invited =
        await(administration.invite(as(chief), "friend-" + name + "@x.org", true, mail::language::english)).value();
    EXPECT_EQ(owner_of(reset), root.email);
    ASSERT_TRUE(await(administration.change(as(root), second.id, loss)));
    EXPECT_EQ(owner_of(reset), "");
    EXPECT_EQ(owner_of(invited.link), "");
  }
}

TEST_P(UserAdmin, TheConsoleIsWrittenDownWithoutAnActor) {
  const auto anna = add("anna@x.org");
  const auto session = sign_in(anna);
  give_factor(anna);
  console here(*store, audit, clock);
  account::admin_service admins(*store, clock, 30min, here.writes_down());
  ASSERT_TRUE(admins.create_admin("second@x.org").has_value());
  ASSERT_TRUE(admins.promote("anna@x.org").has_value());
  ASSERT_TRUE(admins.promote("anna@x.org").has_value());
  ASSERT_TRUE(admins.make_setup_link("anna@x.org").has_value());
  ASSERT_TRUE(here.end_sessions("Anna@x.org").has_value());
  ASSERT_TRUE(here.remove_second_factor("anna@x.org").has_value());
  EXPECT_EQ(here.remove_second_factor("anna@x.org").error().type, "no-factor");
  EXPECT_EQ(here.end_sessions("nobody@x.org").error().code, errc::not_found);
  EXPECT_EQ(here.end_sessions("nonsense").error().code, errc::invalid_input);
  sessions.forget_owner(anna.id);
  EXPECT_TRUE(authenticate(session).has_error());
  EXPECT_EQ(log(), (strings{"user.created second@x.org - console", "user.promoted anna@x.org - console",
                            "link.created anna@x.org - console", "sessions.ended_all anna@x.org - console",
                            "factor.removed anna@x.org - console"}));
}

}  // namespace kontor::admin
