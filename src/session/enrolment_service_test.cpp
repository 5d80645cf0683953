#include "session/enrolment_service.hpp"

#include "session/session_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using account::second_factor_for;
using base::errc;
using factor::totp_state;

struct Enrolment : on_sessions {
  enrolment state(const signed_in& who) { return await(enrolments->state(authenticate(who).value())).value(); }
  void demand_of(second_factor_for whom) {
    account::account_settings settings;
    settings.second_factor_for = whom;
    use(std::move(settings));
  }
  base::result<void> remove(const signed_in& who) {
    return await(enrolments->remove(authenticate(who).value(), browser));
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Enrolment, tests::each_database, tests::database_name);

}  // namespace

// Security checklist c.33: nothing is on without a first code.
TEST_P(Enrolment, C33WithoutAFirstCodeNothingIsOn) {
  const auto anna = register_user("anna@x.org").value();
  EXPECT_EQ(state(anna).factor.totp, totp_state::off);
  const auto me = authenticate(anna).value();
  ASSERT_TRUE(await(enrolments->begin(me)).has_value());
  EXPECT_EQ(state(anna).factor.totp, totp_state::pending);
  EXPECT_EQ(await(enrolments->confirm(me, secret("no code"), browser)).error().type, "wrong-code");
  EXPECT_EQ(state(anna).factor.totp, totp_state::pending);
  EXPECT_FALSE(authenticate(anna).value().has_second_factor);
  EXPECT_TRUE(log_in("anna@x.org").has_value());
}

TEST_P(Enrolment, TurningItOnEndsTheOtherSessions) {
  const auto other = register_user("anna@x.org").value();
  const auto anna = enrol(log_in("anna@x.org").value());
  EXPECT_EQ(anna.recovery.size(), 10u);
  EXPECT_EQ(authenticate(other).error().type, "invalid-token");
  EXPECT_EQ(refresh(other.refresh_token).error().type, "session-ended");
  const auto me = authenticate(anna.session).value();
  EXPECT_TRUE(me.has_second_factor);
  EXPECT_TRUE(me.session.second_factor);
  EXPECT_TRUE(refresh(anna.session.refresh_token).has_value());
  EXPECT_EQ(state(anna.session).factor.recovery_codes_left, 10);
  EXPECT_EQ(await(enrolments->begin(me)).error().type, "factor-exists");
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'factor.added' AND outcome = 'ok'"}), 1);
}

TEST_P(Enrolment, ASessionThatEndedMeanwhileTurnsNothingOn) {
  const auto anna = register_user("anna@x.org").value();
  const auto me = authenticate(anna).value();
  const auto setup = await(enrolments->begin(me)).value();
  const auto totp_secret = factor::from_base32(setup.secret_text.text());
  ASSERT_TRUE(await(sessions->end(me, me.session.id, browser)).has_value());
  EXPECT_EQ(await(enrolments->confirm(me, code(totp_secret), browser)).error().type, "invalid-token");
  EXPECT_EQ(state(log_in("anna@x.org").value()).factor.totp, totp_state::pending);
}

TEST_P(Enrolment, ItIsRemovedUnlessThePolicyWantsIt) {
  const auto anna = enrol("anna@x.org");
  EXPECT_EQ(remove(register_user("bea@x.org").value()).error().type, "no-factor");
  demand_of(second_factor_for::everybody);
  EXPECT_TRUE(state(anna.session).is_mandatory);
  EXPECT_EQ(remove(anna.session).error().type, "second-factor-mandatory");
  EXPECT_EQ(remove(anna.session).error().code, errc::conflict);
  demand_of(second_factor_for::admins);
  EXPECT_FALSE(state(anna.session).is_mandatory);
  EXPECT_TRUE(remove(anna.session).has_value());
  EXPECT_EQ(state(anna.session).factor.totp, totp_state::off);
  EXPECT_FALSE(authenticate(anna.session).value().has_second_factor);
  EXPECT_TRUE(log_in("anna@x.org").has_value());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'factor.removed'"}), 1);
}

TEST_P(Enrolment, NewRecoveryCodesEndTheOldOnes) {
  const auto anna = enrol("anna@x.org");
  const auto me = authenticate(anna.session).value();
  const auto fresh = await(enrolments->renew_recovery_codes(me, browser)).value();
  const auto old = answer(std::get<challenge>(enter("anna@x.org", good_password).value()), anna.recovery[0]);
  EXPECT_EQ(old.error().type, "wrong-code");
  EXPECT_TRUE(answer(std::get<challenge>(enter("anna@x.org", good_password).value()), fresh[0]).has_value());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action = 'recovery_codes.renewed'"}), 1);
}

TEST_P(Enrolment, WhoMustHaveOne) {
  account::user member;
  account::user admin;
  admin.is_admin = true;
  for (const auto& [policy, of_member, of_admin] :
       std::vector<std::tuple<second_factor_for, bool, bool>>{{second_factor_for::nobody, false, false},
                                                              {second_factor_for::admins, false, true},
                                                              {second_factor_for::everybody, true, true}}) {
    demand_of(policy);
    EXPECT_EQ(accounts->demands_second_factor(member), of_member);
    EXPECT_EQ(accounts->demands_second_factor(admin), of_admin);
  }
}

}  // namespace kontor::session
