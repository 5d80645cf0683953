#include "session/session_service.hpp"

#include "crypto/random.hpp"
#include "session/expired_sessions.hpp"
#include "session/session_fixture.hpp"
#include "session/session_statements.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using base::errc;

struct Session : on_sessions {
  base::result<signed_in> anna() { return register_user("anna@x.org"); }
  std::int64_t families() { return count({"SELECT COUNT(*) FROM sessions"}); }
  static std::string another_password(std::size_t i) { return "another good password " + std::to_string(i); }
  std::int64_t reuses() { return count({"SELECT COUNT(*) FROM audit_log WHERE action = 'refresh.reused'"}); }
};
INSTANTIATE_TEST_SUITE_P(Databases, Session, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Session, ARefreshTokenWorksAndRotates) {
  const auto first = anna().value();
  EXPECT_EQ(first.refresh_token.size(), 43u);
  EXPECT_EQ(first.refresh_expires_in, 7 * 24h);
  const auto second = refresh(first.refresh_token).value();
  EXPECT_EQ(second.session, first.session);
  EXPECT_NE(second.refresh_token.text(), first.refresh_token.text());
  EXPECT_EQ(authenticate(second).value().owner.id, first.owner.id);
  const auto third = refresh(second.refresh_token).value();
  EXPECT_TRUE(authenticate(third).has_value());
  EXPECT_EQ(families(), 1);
}

TEST_P(Session, WithinTheGraceTheSameSuccessorComesBack) {
  const auto first = anna().value();
  const auto second = refresh(first.refresh_token).value();
  clock.advance(10s);
  const auto again = refresh(first.refresh_token).value();
  EXPECT_EQ(again.refresh_token.text(), second.refresh_token.text());
  EXPECT_TRUE(refresh(again.refresh_token).has_value());
  EXPECT_EQ(reuses(), 0);
}

// Keycloak CVE-2026-1035, better-auth GHSA-392p-2q2v-4372: a family must not fork.
TEST_P(Session, KeycloakCve20261035AHundredParallelRefreshesMakeOneSuccessor) {
  const auto first = anna().value();
  std::vector<std::future<base::result<signed_in>>> refreshes;
  for (std::size_t i = 0; i < 100; ++i)
    refreshes.push_back(await_on(i % loops.size(), sessions->refresh(first.refresh_token.clone(), browser)));
  std::set<std::string> successors_seen;
  for (auto& one : refreshes)
    successors_seen.insert(std::string(one.get().value().refresh_token.text()));
  EXPECT_EQ(successors_seen.size(), 1u);
  EXPECT_EQ(families(), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM refresh_tokens"}), 2);
  EXPECT_TRUE(refresh(secret(*successors_seen.begin())).has_value());
}

// Security checklist b.14, c.16.
TEST_P(Session, ReuseAfterTheGraceEndsTheFamily) {
  const auto first = anna().value();
  const auto second = refresh(first.refresh_token).value();
  ASSERT_TRUE(authenticate(second).has_value());
  clock.advance(10s + 1us);
  const auto replayed = refresh(first.refresh_token);
  EXPECT_EQ(replayed.error().code, errc::unauthenticated);
  EXPECT_EQ(replayed.error().type, "session-ended");
  EXPECT_EQ(families(), 0);
  EXPECT_EQ(reuses(), 1);
  // The honest one is signed out too: nobody can tell who that is.
  EXPECT_EQ(refresh(second.refresh_token).error().type, "session-ended");
  EXPECT_EQ(authenticate(second).error().type, "invalid-token");
}

// Security checklist a.19.
TEST_P(Session, A19EndsWhenIdleAndInAnyCase) {
  auto idle = anna().value();
  clock.advance(7 * 24h - 1us);
  idle = refresh(idle.refresh_token).value();
  clock.advance(7 * 24h);
  EXPECT_EQ(refresh(idle.refresh_token).error().type, "session-ended");

  auto busy = log_in("anna@x.org").value();
  for (int day = 0; day < 29; ++day) {
    clock.advance(24h);
    busy = refresh(busy.refresh_token).value();
  }
  EXPECT_LE(busy.refresh_expires_in, 24h);
  clock.advance(24h);
  EXPECT_EQ(refresh(busy.refresh_token).error().type, "session-ended");
  EXPECT_EQ(authenticate(busy).error().type, "invalid-token");
}

// Zitadel CVE-2026-27840: truncated opaque tokens were accepted.
TEST_P(Session, ZitadelCve202627840ATokenThatIsCutOrChangedIsUnknown) {
  const auto first = anna().value();
  const std::string good(first.refresh_token.text());
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refresh(secret(changed)).error().type, "session-ended") << i;
    EXPECT_EQ(refresh(secret(good.substr(0, i))).error().type, "session-ended") << i;
  }
  for (const std::string& other :
       {good + "A", good + "=", " " + good, std::string(), std::string(100'000, 'A'), std::string("\0", 1)})
    EXPECT_EQ(refresh(secret(other)).error().type, "session-ended");
  EXPECT_TRUE(refresh(secret(good)).has_value());
  EXPECT_EQ(reuses(), 0);
}

// Security checklist b.8: one kind of token is never taken for another.
TEST_P(Session, B8TokensAreNotExchangeable) {
  const auto first = anna().value();
  EXPECT_EQ(refresh(secret(first.access_token)).error().type, "session-ended");
  EXPECT_EQ(await(sessions->authenticate(first.refresh_token.text())).error().type, "invalid-token");
}

TEST_P(Session, LoggingOutEndsItAtOnceAndTwiceDoesNoHarm) {
  const auto first = anna().value();
  const auto other = log_in("anna@x.org").value();
  ASSERT_TRUE(authenticate(first).has_value());
  ASSERT_TRUE(authenticate(other).has_value());
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(await(sessions->log_out(first.refresh_token.clone(), browser)).has_value());
  EXPECT_EQ(authenticate(first).error().type, "invalid-token");
  EXPECT_EQ(refresh(first.refresh_token).error().type, "session-ended");
  EXPECT_TRUE(authenticate(other).has_value());
  EXPECT_TRUE(await(sessions->log_out(secret("unknown"), browser)).has_value());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'session.ended'"}), 1);
}

TEST_P(Session, AnOwnerEndsOneTheOthersOrAll) {
  const auto here = anna().value();
  std::vector<signed_in> others;
  for (int i = 0; i < 3; ++i)
    others.push_back(log_in("anna@x.org").value());
  const auto ben = register_user("ben@x.org").value();
  const auto me = authenticate(here).value();
  for (const auto& other : others)
    ASSERT_TRUE(authenticate(other).has_value());

  EXPECT_EQ(await(sessions->list(me.owner.id)).value().size(), 4u);
  EXPECT_TRUE(await(sessions->end(me, others[0].session, browser)).has_value());
  EXPECT_EQ(authenticate(others[0]).error().type, "invalid-token");
  EXPECT_EQ(await(sessions->end(me, others[0].session, browser)).error().code, errc::not_found);
  // Another's session is like one that never existed.
  EXPECT_EQ(await(sessions->end(me, ben.session, browser)).error().code, errc::not_found);
  EXPECT_EQ(await(sessions->end(me, crypto::random_id<base::session_id>(), browser)).error().code, errc::not_found);

  EXPECT_TRUE(await(sessions->end_many(me, sessions_of_account::all_but_this, browser)).has_value());
  EXPECT_EQ(authenticate(others[1]).error().type, "invalid-token");
  EXPECT_EQ(refresh(others[2].refresh_token).error().type, "session-ended");
  EXPECT_TRUE(authenticate(here).has_value());
  EXPECT_EQ(await(sessions->list(me.owner.id)).value().size(), 1u);

  EXPECT_EQ(authenticate(here).value().owner.security_epoch, 0);
  EXPECT_TRUE(await(sessions->end_many(me, sessions_of_account::all, browser)).has_value());
  EXPECT_EQ(authenticate(here).error().type, "invalid-token");
  EXPECT_EQ(authenticate(log_in("anna@x.org").value()).value().owner.security_epoch, 1);
  EXPECT_TRUE(authenticate(ben).has_value());
}

TEST_P(Session, AChangedPasswordEndsTheOthersAndKeepsThisOne) {
  const auto here = anna().value();
  const auto other = log_in("anna@x.org").value();
  ASSERT_TRUE(authenticate(other).has_value());
  const auto me = authenticate(here).value();
  const auto change = [&](std::string_view from, std::string_view to) {
    return await(sign_ins->change_password(me, secret(from), secret(to), browser));
  };
  EXPECT_EQ(change("not the password", "another good password").error().type, "wrong-password");
  EXPECT_EQ(change(good_password, "short").error().fields.at(0).path, "/new_password");
  EXPECT_TRUE(authenticate(other).has_value());

  const auto renewed = change(good_password, "another good password").value();
  EXPECT_EQ(authenticate(renewed).value().session.id, here.session);
  EXPECT_EQ(authenticate(here).error().type, "invalid-token");
  EXPECT_EQ(authenticate(other).error().type, "invalid-token");
  EXPECT_EQ(refresh(other.refresh_token).error().type, "session-ended");
  EXPECT_TRUE(refresh(here.refresh_token).has_value());
  EXPECT_FALSE(log_in("anna@x.org").has_value());
  EXPECT_TRUE(log_in("anna@x.org", "another good password").has_value());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'password.changed' AND outcome = 'ok'"}), 1);
}

TEST_P(Session, OfParallelPasswordChangesOneWins) {
  const auto me = authenticate(anna().value()).value();
  std::vector<std::future<base::result<signed_in>>> changes;
  for (std::size_t i = 0; i < 4; ++i)
    changes.push_back(await_on(
        i % loops.size(), sign_ins->change_password(me, secret(good_password), secret(another_password(i)), browser)));
  std::vector<std::size_t> won;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto changed = changes[i].get();
    if (changed) won.push_back(i);
    EXPECT_EQ(changed ? "" : changed.error().type, changed ? "" : "wrong-password");
  }
  ASSERT_EQ(won.size(), 1u);
  EXPECT_TRUE(log_in("anna@x.org", another_password(won[0])).has_value());
}

// A thief who knows the old password must not win against the reset that is on its way.
TEST_P(Session, APasswordChangeInASessionThatIsOverChangesNothing) {
  const auto thief = anna().value();
  const auto me = authenticate(thief).value();
  const auto link = admins.make_setup_link("anna@x.org").value();
  ASSERT_TRUE(await(sign_ins->claim_setup_link(link.token.clone(), secret(good_password), browser)).has_value());
  const auto late =
      await(sign_ins->change_password(me, secret(good_password), secret("the thief's password"), browser));
  EXPECT_EQ(late.error().type, "invalid-token");
  EXPECT_TRUE(log_in("anna@x.org").has_value());
}

// Zitadel CVE-2023-22492: refresh tokens lived on after deactivation. Activation revives nothing.
TEST_P(Session, ZitadelCve202322492DeactivationEndsTheFamilyForGood) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  const auto first = anna().value();
  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  EXPECT_EQ(refresh(first.refresh_token).error().type, "session-ended");
  ASSERT_TRUE(admins.activate("anna@x.org").has_value());
  EXPECT_EQ(refresh(first.refresh_token).error().type, "session-ended");
  EXPECT_TRUE(log_in("anna@x.org").has_value());
}

TEST_P(Session, AnotherProcessWithTheKeyGivesTheSameSuccessor) {
  const auto first = anna().value();
  const auto second = refresh(first.refresh_token).value();
  session_service elsewhere(*store, tokens, successors, audit, {}, clock);
  EXPECT_EQ(await(elsewhere.refresh(first.refresh_token.clone(), browser)).value().refresh_token.text(),
            second.refresh_token.text());
}

TEST_P(Session, TheDatabaseHoldsNoToken) {
  const auto first = anna().value();
  const auto second = refresh(first.refresh_token).value();
  static constexpr sql::query<std::string, std::optional<std::string>> all{
      "SELECT token_hash, successor_salt FROM refresh_tokens"};
  auto job = [](sql::session& in) { return in.all(all); };
  for (const auto& [hash, salt] : store->read_now(std::move(job)).value())
    for (const auto& token : {first.refresh_token.text(), second.refresh_token.text()}) {
      EXPECT_NE(hash, token);
      EXPECT_NE(salt.value_or(""), token);
    }
}

TEST_P(Session, ExpiredOnesAreRemoved) {
  ASSERT_TRUE(anna().has_value());
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(log_in("anna@x.org").has_value());
  clock.advance(7 * 24h);
  ASSERT_TRUE(log_in("anna@x.org").has_value());
  ASSERT_EQ(families(), 6);
  std::stop_source ending;
  EXPECT_EQ(remove_expired_sessions(*store, clock, ending.get_token(), 2).value(), 5);
  EXPECT_EQ(families(), 1);
  EXPECT_EQ(remove_expired_sessions(*store, clock, ending.get_token()).value(), 0);
  ending.request_stop();
  EXPECT_EQ(remove_expired_sessions(*store, clock, ending.get_token()).error().code, base::errc::unavailable);
  EXPECT_EQ(families(), 1);
}

}  // namespace kontor::session
