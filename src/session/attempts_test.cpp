#include "session/attempts.hpp"

#include "account/email.hpp"
#include "session/session_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using base::errc;

struct Attempts : on_sessions {
  std::string outcome(const std::string& email, std::string_view password, const client_info& from) {
    const auto in = await(sign_ins->log_in(email, secret(password), from));
    return in ? "good" : in.error().type;
  }
  std::string wrong(const std::string& email) { return outcome(email, "a wrong password", browser); }
  /// Uses up what is free, from addresses of its own.
  void lock(const std::string& email) {
    for (int i = 0; i < 5; ++i)
      ASSERT_EQ(outcome(email, "a wrong password", client_at("198.51.100." + std::to_string(i + 1))),
                "invalid-credentials");
  }
  std::int64_t entries(const char* action) {
    auto job = [action = std::string(action)](sql::session& in) {
      constexpr sql::query<std::int64_t> select{"SELECT COUNT(*) FROM audit_log WHERE action = :action"};
      return std::get<0>(in.first(select, {{"action", action}}).value());
    };
    return store->read_now(std::move(job)).value();
  }
  client_info known_browser(const signed_in& who) {
    auto client = browser;
    client.device_mark =
        devices.make({who.owner.id, who.owner.security_epoch}, throttle::device_id::random(), clock.now());
    return client;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Attempts, tests::each_database, tests::database_name);

}  // namespace

// Security checklist a.7: just under the limit and just over it; the right password afterwards works as documented.
TEST_P(Attempts, FiveFailuresAreFreeThenOneHasToWait) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
  EXPECT_TRUE(log_in("anna@x.org").has_value());

  lock("anna@x.org");
  const auto refused = log_in("anna@x.org").error();
  EXPECT_EQ(refused.code, errc::too_many_requests);
  EXPECT_EQ(refused.type, "too-many-attempts");
  EXPECT_EQ(refused.retry_after, 1s);
  clock.advance(1s);
  EXPECT_TRUE(log_in("anna@x.org").has_value());
  EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
}

TEST_P(Attempts, AnUnknownAddressWaitsLikeAKnownOne) {
  lock("nobody@x.org");
  EXPECT_EQ(wrong("nobody@x.org"), "too-many-attempts");
  lock("no address at all");
  EXPECT_EQ(wrong("no address at all"), "too-many-attempts");
}

// Authelia CVE-2025-24806, CVE-2026-47203, OpenBao GO-2025-3854.
TEST_P(Attempts, AutheliaCve202524806EverySpellingHasOneCounter) {
  ASSERT_TRUE(register_user("apo@x.org").has_value());
  for (const auto* spelling : {"apo@x.org", "APO@X.org", "  apo@x.org\t", "ａｐｏ@x.org", "аро@x.org"})
    EXPECT_EQ(wrong(spelling), "invalid-credentials") << spelling;
  for (const auto* spelling : {"apo@x.org", "Apo@x.ORG", "ａpo@x.org", "АРО@x.org"})
    EXPECT_NE(wrong(spelling), "invalid-credentials") << spelling;
  EXPECT_EQ(count({"SELECT COUNT(*) FROM login_counters"}), 2) << "the account and the address";
}

// Zitadel CVE-2023-47111: parallel guesses do not beat the counter.
TEST_P(Attempts, ZitadelCve202347111OfTwoHundredParallelGuessesFiveReachTheHash) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  std::vector<std::future<base::result<entry>>> guesses;
  for (std::size_t i = 0; i < 200; ++i)
    guesses.push_back(await_on(i % loops.size(), sign_ins->log_in("anna@x.org", secret("guess " + std::to_string(i)),
                                                                  client_at("203.0.113." + std::to_string(i % 250)))));
  std::map<std::string, int> outcomes;
  for (auto& guess : guesses)
    ++outcomes[guess.get().error().type];
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"invalid-credentials", 5}, {"too-many-attempts", 195}}));
  hash_pool.stop();
  EXPECT_EQ(hash_pool.metrics().begun, 1 + 5u) << "the registration and five guesses";
}

// Vikunja CVE-2026-35597: what fails leaves its count, whatever becomes of its transaction.
TEST_P(Attempts, VikunjaCve202635597AFailureStaysCounted) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  lock("anna@x.org");
  EXPECT_EQ(count({"SELECT MAX(failures) FROM login_counters"}), 5);
}

TEST_P(Attempts, WhatWasNotCheckedDoesNotCount) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  hash_pool.stop();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(log_in("anna@x.org").error().code, errc::unavailable);
  EXPECT_EQ(count({"SELECT COALESCE(MAX(failures), 0) FROM login_counters"}), 0);
}

// Keycloak CVE-2024-1722: nobody can lock the owner's own browser out.
TEST_P(Attempts, KeycloakCve20241722AKnownDeviceSignsInDuringTheAttack) {
  const auto anna = register_user("anna@x.org").value();
  const auto eve = register_user("eve@x.org").value();
  const auto at_home = known_browser(anna);
  lock("anna@x.org");
  EXPECT_EQ(outcome("anna@x.org", good_password, browser), "too-many-attempts");
  EXPECT_EQ(outcome("anna@x.org", good_password, known_browser(eve)), "too-many-attempts");
  EXPECT_EQ(outcome("anna@x.org", good_password, at_home), "good");
  // It has five guesses of its own, and does not hand the strangers new ones.
  EXPECT_EQ(outcome("anna@x.org", good_password, browser), "too-many-attempts");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(outcome("anna@x.org", "a wrong password", at_home), "invalid-credentials");
  EXPECT_EQ(outcome("anna@x.org", good_password, at_home), "too-many-attempts");
}

// Keycloak CVE-2026-9798, Zitadel CVE-2024-32868: every path that checks a password or a code meets the lock.
TEST_P(Attempts, KeycloakCve20269798ALockedAccountIsLockedOnEveryPath) {
  const auto anna = register_user("anna@x.org").value();
  const auto me = authenticate(anna).value();
  lock("anna@x.org");
  EXPECT_EQ(wrong("anna@x.org"), "too-many-attempts");
  EXPECT_EQ(
      await(sign_ins->change_password(me, secret(good_password), secret("another good one"), browser)).error().type,
      "too-many-attempts");
  EXPECT_EQ(await(step_ups->prove(me, password_proof{secret(good_password)}, browser)).error().type,
            "too-many-attempts");
  ASSERT_TRUE(await(enrolments->begin(me)).has_value());
  EXPECT_EQ(await(enrolments->confirm(me, secret("123456"), browser)).error().type, "too-many-attempts");

  const auto bea = enrol("bea@x.org");
  const auto asked = std::get<challenge>(enter("bea@x.org", good_password).value());
  lock("bea@x.org");
  EXPECT_EQ(enter("bea@x.org", good_password).error().type, "too-many-attempts");
  EXPECT_EQ(answer(asked, code(bea.totp_secret)).error().type, "too-many-attempts");
  EXPECT_EQ(answer(asked, bea.recovery.front()).error().type, "too-many-attempts");
  EXPECT_EQ(await(step_ups->prove(authenticate(bea.session).value(), code_proof{code(bea.totp_secret)}, browser))
                .error()
                .type,
            "too-many-attempts");
}

// Each path alone leads to the lock as well, and its failures add up with those of the others.
TEST_P(Attempts, EveryPathCounts) {
  const auto me = authenticate(register_user("anna@x.org").value()).value();
  ASSERT_TRUE(await(enrolments->begin(me)).has_value());
  EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
  EXPECT_EQ(await(sign_ins->change_password(me, secret("wrong"), secret("another good one"), browser)).error().type,
            "wrong-password");
  EXPECT_EQ(await(step_ups->prove(me, password_proof{secret("wrong")}, browser)).error().type, "wrong-password");
  EXPECT_EQ(await(enrolments->confirm(me, secret("no code"), browser)).error().type, "wrong-code");
  EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
  EXPECT_EQ(wrong("anna@x.org"), "too-many-attempts");
}

// A right password at an open session is no sign-in: it must not hand out new guesses (of codes, say).
TEST_P(Attempts, OnlyASignInEndsASeries) {
  const auto me = authenticate(register_user("anna@x.org").value()).value();
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
  EXPECT_TRUE(await(step_ups->prove(me, password_proof{secret(good_password)}, browser)).has_value());
  EXPECT_TRUE(
      await(sign_ins->change_password(me, secret(good_password), secret("another good one"), browser)).has_value());
  EXPECT_EQ(wrong("anna@x.org"), "invalid-credentials");
  EXPECT_EQ(wrong("anna@x.org"), "too-many-attempts");
}

TEST_P(Attempts, RefusalsAreWrittenDownAndALockOnce) {
  const auto anna = register_user("anna@x.org").value();
  lock("anna@x.org");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(wrong("anna@x.org"), "too-many-attempts");
  EXPECT_EQ(entries("login.refused"), 5);
  EXPECT_EQ(entries("login.throttled"), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action LIKE 'login.%' AND owner_id IS NOT NULL AND "
                   "actor_id IS NULL AND outcome = 'refused'"}),
            6);
}

TEST_P(Attempts, WhoTriedAnUnknownAddressIsWrittenDownWithoutIt) {
  lock("nobody@x.org");
  EXPECT_EQ(entries("login.refused"), 5);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE owner_id IS NOT NULL OR detail <> ''"}), 0);
}

}  // namespace kontor::session
