#include "session/step_up_service.hpp"

#include "session/session_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using base::errc;

struct StepUp : on_sessions {
  base::result<signed_in> by_password(const signed_in& who, std::string_view password) {
    return await(step_ups->prove(authenticate(who).value(), password_proof{secret(password)}, browser));
  }
  base::result<signed_in> by_code(const signed_in& who, const base::secret_bytes& with) {
    return await(step_ups->prove(authenticate(who).value(), code_proof{with.clone()}, browser));
  }
  bool is_proved(const signed_in& who) { return sessions->is_proved(authenticate(who).value().session); }
};
INSTANTIATE_TEST_SUITE_P(Databases, StepUp, tests::each_database, tests::database_name);

}  // namespace

TEST_P(StepUp, ASignInIsAProofForTenMinutes) {
  const auto anna = register_user("anna@x.org").value();
  clock.advance(10min - 1s);
  EXPECT_TRUE(is_proved(anna));
  clock.advance(1s);
  EXPECT_FALSE(is_proved(anna));
  // Neither does a refresh prove anything.
  const auto refreshed = refresh(anna.refresh_token).value();
  EXPECT_FALSE(is_proved(refreshed));

  EXPECT_EQ(by_password(anna, "a wrong password").error().type, "wrong-password");
  EXPECT_EQ(by_password(anna, "a wrong password").error().code, errc::forbidden);
  EXPECT_FALSE(is_proved(anna));
  const auto proved = by_password(anna, good_password).value();
  EXPECT_TRUE(is_proved(proved));
  EXPECT_TRUE(is_proved(anna)) << "it is the session that counts as proved";
  EXPECT_EQ(proved.session, anna.session);
  EXPECT_NE(proved.access_token, anna.access_token);
  EXPECT_TRUE(proved.refresh_token.empty());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'step_up.proved' AND outcome = 'ok'"}), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'step_up.proved' AND outcome = 'refused'"}), 2);

  const auto other = log_in("anna@x.org").value();
  clock.advance(10min);
  ASSERT_TRUE(by_password(other, good_password).has_value());
  EXPECT_FALSE(is_proved(anna)) << "one session's proof is not another's";
}

TEST_P(StepUp, AClockThatLeaptBackLengthensNothing) {
  session_info session;
  session.proved_at = clock.now();
  EXPECT_TRUE(sessions->is_proved(session));
  clock.advance(-1s);
  EXPECT_FALSE(sessions->is_proved(session));
}

TEST_P(StepUp, WithASecondFactorOnlyACodeIsAProof) {
  const auto anna = enrol("anna@x.org");
  clock.advance(10min);
  const auto refused = by_password(anna.session, good_password).error();
  EXPECT_EQ(refused.code, errc::invalid_input);
  EXPECT_EQ(refused.fields.at(0).path, "/code");
  EXPECT_EQ(by_code(anna.session, wrong_code(anna.totp_secret)).error().type, "wrong-code");
  EXPECT_EQ(by_code(anna.session, wrong_code(anna.totp_secret)).error().code, errc::forbidden);
  EXPECT_FALSE(is_proved(anna.session));
  const auto now = code(anna.totp_secret);
  EXPECT_TRUE(by_code(anna.session, now).has_value());
  EXPECT_TRUE(is_proved(anna.session));
  EXPECT_EQ(by_code(anna.session, now).error().type, "wrong-code") << "each code once";
  clock.advance(10min);
  EXPECT_TRUE(by_code(anna.session, anna.recovery[0]).has_value());
  EXPECT_TRUE(is_proved(anna.session));
}

TEST_P(StepUp, WithoutOneOnlyThePasswordIs) {
  const auto anna = register_user("anna@x.org").value();
  EXPECT_EQ(by_code(anna, secret("123456")).error().fields.at(0).path, "/password");
}

// Keycloak GHSA-8g9r-9wjw-37j4: neither a stolen token nor the password with it removes the factor.
TEST_P(StepUp, KeycloakGhsa8g9rAPasswordChangeIsNoProofBesideASecondFactor) {
  const auto plain = register_user("plain@x.org").value();
  const auto anna = enrol("anna@x.org");
  clock.advance(10min);
  const auto change = [this](const signed_in& who) {
    return await(sign_ins->change_password(authenticate(who).value(), secret(good_password), secret("another good one"),
                                           browser))
        .value();
  };
  EXPECT_TRUE(is_proved(change(plain)));
  EXPECT_FALSE(is_proved(change(anna.session)));
}

TEST_P(StepUp, ASessionThatWasEndedMeanwhileProvesNothing) {
  const auto anna = register_user("anna@x.org").value();
  const auto me = authenticate(anna).value();
  ASSERT_TRUE(await(sessions->end(me, me.session.id, browser)).has_value());
  const auto refused = await(step_ups->prove(me, password_proof{secret(good_password)}, browser));
  EXPECT_EQ(refused.error().type, "invalid-token");
}

}  // namespace kontor::session
