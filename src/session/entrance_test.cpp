#include "session/entrance.hpp"

#include "session/session_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using base::errc;

struct Entrance : on_sessions {
  challenge ask(const std::string& email) { return std::get<challenge>(enter(email, good_password).value()); }
  std::string outcome(const challenge& asked, const base::secret_bytes& with) {
    const auto in = answer(asked, with);
    return in ? "good" : in.error().type;
  }
  std::map<std::string, int> answer_at_once(const challenge& asked, const base::secret_bytes& with, std::size_t times) {
    std::vector<std::future<base::result<signed_in>>> answers;
    for (std::size_t i = 0; i < times; ++i)
      answers.push_back(await_on(i % loops.size(), door.answer(asked.token.clone(), with.clone(), browser)));
    std::map<std::string, int> outcomes;
    for (auto& one : answers) {
      const auto in = one.get();
      ++outcomes[in ? "good" : in.error().type];
    }
    return outcomes;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Entrance, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Entrance, APasswordAloneIsHalfASignIn) {
  const auto anna = enrol("anna@x.org");
  const auto asked = ask("anna@x.org");
  EXPECT_EQ(asked.token.size(), 43u);
  EXPECT_EQ(asked.expires_in, 300s);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM sessions"}), 1) << "the one it was turned on in";
  // Security checklist a.17: what comes before the second factor opens nothing.
  EXPECT_EQ(await(sessions->authenticate(asked.token.text())).error().type, "invalid-token");
  EXPECT_EQ(refresh(asked.token).error().type, "session-ended");

  const auto in = answer(asked, code(anna.totp_secret)).value();
  EXPECT_TRUE(authenticate(in).value().session.second_factor);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM sign_in_challenges"}), 0);
  EXPECT_EQ(outcome(asked, code(anna.totp_secret)), "second-factor-expired");
}

// Kratos GHSA-wc43-73w7-x2f5: one factor is never counted as two.
TEST_P(Entrance, KratosGhsaWc43ACodeAloneIsNoSignIn) {
  const auto anna = enrol("anna@x.org");
  for (const std::string& made_up : {std::string(), std::string(43, 'A'), std::string(5000, 'A')}) {
    const auto refused = await(door.answer(secret(made_up), code(anna.totp_secret), browser));
    EXPECT_EQ(refused.error().type, "second-factor-expired");
  }
  // Nor does the same factor twice make two: the second password only begins another half.
  EXPECT_TRUE(std::holds_alternative<challenge>(enter("anna@x.org", good_password).value()));
  EXPECT_TRUE(std::holds_alternative<challenge>(enter("anna@x.org", good_password).value()));
  EXPECT_EQ(count({"SELECT COUNT(*) FROM sessions"}), 1);
}

// Security checklist a.13: the code before and after is accepted, those two steps away are not.
TEST_P(Entrance, A13OneStepOfDriftIsAccepted) {
  for (const auto& [away, expected] : std::vector<std::pair<int, std::string>>{
           {-2, "wrong-code"}, {2, "wrong-code"}, {-1, "good"}, {0, "good"}, {1, "good"}}) {
    const auto anna = enrol("a" + std::to_string(away + 5) + "@x.org");
    EXPECT_EQ(outcome(ask(anna.session.owner.email), code(anna.totp_secret, away)), expected) << away;
  }
}

// Security checklist a.12, c.30: a code counts once, whatever comes at the same time.
TEST_P(Entrance, A12OfParallelAnswersOneSignsIn) {
  const auto anna = enrol("anna@x.org");
  const auto first = ask("anna@x.org");
  const auto second = ask("anna@x.org");
  const auto now = code(anna.totp_secret);
  const auto outcomes = answer_at_once(first, now, 4);
  EXPECT_EQ(outcomes.at("good"), 1);
  EXPECT_EQ(outcome(second, now), "wrong-code") << "another sign-in, the same code";
  EXPECT_EQ(outcome(second, code(anna.totp_secret, -1)), "wrong-code") << "an earlier one";
  clock.advance(31s);
  EXPECT_EQ(outcome(second, code(anna.totp_secret)), "good");
}

// Security checklist a.14.
TEST_P(Entrance, A14ARecoveryCodeSignsInOnce) {
  const auto anna = enrol("anna@x.org");
  EXPECT_EQ(outcome(ask("anna@x.org"), anna.recovery[3]), "good");
  EXPECT_EQ(outcome(ask("anna@x.org"), anna.recovery[3]), "wrong-code");
  EXPECT_EQ(count({"SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NOT NULL"}), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'factor.recovery_used'"}), 1);
}

// Security checklist a.15, c.31, Zitadel CVE-2024-32868: by account, not by challenge.
TEST_P(Entrance, A15FiveWrongCodesThenOneHasToWait) {
  const auto anna = enrol("anna@x.org");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(outcome(ask("anna@x.org"), wrong_code(anna.totp_secret)), "wrong-code") << i;
  EXPECT_EQ(enter("anna@x.org", good_password).error().type, "too-many-attempts");
  clock.advance(1s);
  // The right password does not give the guesses back.
  const auto asked = ask("anna@x.org");
  EXPECT_EQ(outcome(asked, wrong_code(anna.totp_secret)), "wrong-code");
  EXPECT_EQ(outcome(asked, code(anna.totp_secret)), "too-many-attempts");
  clock.advance(2s);
  EXPECT_EQ(outcome(asked, code(anna.totp_secret)), "good") << "a wrong code leaves the challenge";
  EXPECT_EQ(outcome(ask("anna@x.org"), wrong_code(anna.totp_secret)), "wrong-code") << "and the series is over";
}

TEST_P(Entrance, AChallengeEndsWithTimeAndWithTheEpoch) {
  const auto anna = enrol("anna@x.org");
  const auto late = ask("anna@x.org");
  clock.advance(299s);
  const auto early = ask("anna@x.org");
  clock.advance(1s);
  EXPECT_EQ(outcome(late, code(anna.totp_secret)), "second-factor-expired");
  ASSERT_TRUE(await(sign_ins->change_password(authenticate(anna.session).value(), secret(good_password),
                                              secret("another good one"), browser))
                  .has_value());
  EXPECT_EQ(outcome(early, code(anna.totp_secret)), "second-factor-expired");
}

// Security checklist a.10, a.11: a link sets the password, and drops no factor.
TEST_P(Entrance, A11ASetupLinkDoesNotDropTheSecondFactor) {
  const auto anna = enrol("anna@x.org");
  const auto link = admins.make_setup_link("anna@x.org").value();
  auto claimed = await(sign_ins->claim_setup_link(link.token.clone(), secret("another good one"), browser)).value();
  const auto& asked = std::get<challenge>(claimed);
  EXPECT_EQ(authenticate(anna.session).error().type, "invalid-token");
  EXPECT_EQ(refresh(anna.session.refresh_token).error().type, "session-ended");
  EXPECT_EQ(count({"SELECT COUNT(*) FROM sessions"}), 0);
  EXPECT_EQ(outcome(asked, code(anna.totp_secret)), "good");
  EXPECT_TRUE(std::holds_alternative<challenge>(enter("anna@x.org", "another good one").value()));
}

// A session that was opened in the very moment in which the factor was turned on, on PostgreSQL, is none.
TEST_P(Entrance, ASessionWithoutTheFactorEndsWhenOneIsOn) {
  const auto anna = enrol("anna@x.org");
  const auto other = sessions->prepare(browser);
  auto job = [&](sql::session& in) { sessions->open(in, anna.session.owner, other); };
  ASSERT_TRUE(store->write_now(job).has_value());
  const auto tokens_of_it = sessions->tokens_of(anna.session.owner, other);
  EXPECT_EQ(authenticate(tokens_of_it).error().type, "invalid-token");
  EXPECT_EQ(refresh(tokens_of_it.refresh_token).error().type, "session-ended");
}

TEST_P(Entrance, WithoutItsDatabaseItSaysSo) {
  const auto anna = enrol("anna@x.org");
  const auto asked = ask("anna@x.org");
  store->stop();
  EXPECT_EQ(answer(asked, code(anna.totp_secret)).error().code, errc::unavailable);
}

}  // namespace kontor::session
