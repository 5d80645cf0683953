#include "session/password_reset_service.hpp"

#include "session/mail_links_fixture.hpp"

#include <gmock/gmock.h>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using testing::Contains;

constexpr std::string_view new_password = "another good password";

struct PasswordReset : on_mailed_links {};
INSTANTIATE_TEST_SUITE_P(Databases, PasswordReset, tests::each_database, tests::database_name);

}  // namespace

TEST_P(PasswordReset, SetsThePasswordEndsAllSessionsAndProvesTheAddress) {
  const auto before = register_user("anna@x.org").value();
  EXPECT_FALSE(before.owner.email_verified);
  const auto token = reset_token("anna@x.org");
  EXPECT_TRUE(authenticate(before).has_value()) << "asking for a link changes nothing";

  const auto after = reset(token, new_password).value();
  EXPECT_EQ(after.owner.id, before.owner.id);
  EXPECT_TRUE(after.owner.email_verified);
  EXPECT_EQ(authenticate(before).error().type, "invalid-token");
  EXPECT_FALSE(refresh(before.refresh_token).has_value());
  EXPECT_TRUE(authenticate(after).has_value());
  EXPECT_FALSE(log_in("anna@x.org").has_value());
  EXPECT_TRUE(log_in("anna@x.org", new_password).has_value());
  EXPECT_THAT(timeline(), Contains("password.reset ok"));
}

TEST_P(PasswordReset, ARefusedPasswordDoesNotCostTheLink) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  const auto token = reset_token("anna@x.org");
  EXPECT_EQ(outcome_of(reset(token, "short")), "invalid-input");
  EXPECT_EQ(outcome_of(reset(token, "anna@x.org")), "invalid-input");
  EXPECT_EQ(outcome_of(reset(token, new_password)), "good");
  EXPECT_EQ(outcome_of(reset(token, new_password)), "link-not-valid");
}

TEST_P(PasswordReset, ALinkEndsAfterHalfAnHourAndWithTheNextOne) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  const auto first = reset_token("anna@x.org");
  clock.advance(5min);
  const auto second = reset_token("anna@x.org");
  EXPECT_EQ(outcome_of(reset(first, new_password)), "link-not-valid");
  clock.advance(30min);
  EXPECT_EQ(outcome_of(reset(second, new_password)), "link-not-valid");
  const auto third = reset_token("anna@x.org");
  clock.advance(30min - 1us);
  EXPECT_EQ(outcome_of(reset(third, new_password)), "good");
}

// incident: better-auth GHSA-hc7v-rggr-4hvx
TEST_P(PasswordReset, OfFiftyParallelRedemptionsOneWins) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  const auto token = reset_token("anna@x.org");
  std::vector<std::future<base::result<entry>>> attempts;
  for (std::size_t i = 0; i < 50; ++i)
    attempts.push_back(await_on(i % loops.size(),
                                resets->reset(token.clone(), secret("good password " + std::to_string(i)), browser)));
  std::map<std::string, int> outcomes;
  for (auto& attempt : attempts)
    ++outcomes[outcome_of(attempt.get())];
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"good", 1}, {"link-not-valid", 49}}));
}

// a.10 a.11
TEST_P(PasswordReset, ASecondFactorStaysAndIsAskedFor) {
  const auto anna = enrol("anna@x.org");
  auto entered = await(resets->reset(reset_token("anna@x.org"), secret(new_password), browser)).value();
  ASSERT_TRUE(std::holds_alternative<challenge>(entered));
  EXPECT_FALSE(authenticate(anna.session));
  const auto code = factor::totp_code(anna.totp_secret, factor::totp_step_at(clock.now()));
  const auto in = answer(std::get<challenge>(entered), code).value();
  EXPECT_TRUE(authenticate(in).value().has_second_factor);
}

// incident: Keycloak CVE-2026-18963
TEST_P(PasswordReset, OnlyTheTokenOfAResetResets) {
  const auto anna = register_user("anna@x.org").value();
  const auto setup = admins.make_setup_link("anna@x.org").value();
  ASSERT_TRUE(await(emails->request_verification(authenticate(anna).value(), mail::language::english, browser)));
  const auto confirm = token_in(take_mail());
  const auto reset_link = reset_token("anna@x.org");

  for (const auto* wrong : {&setup.token, &confirm})
    EXPECT_EQ(outcome_of(reset(*wrong, new_password)), "link-not-valid");
  for (const auto* wrong : {&reset_link, &confirm}) {
    EXPECT_EQ(outcome_of(await(accounts->inspect_setup_link(wrong->clone()))), "link-not-valid");
    EXPECT_EQ(outcome_of(await(sign_ins->claim_setup_link(wrong->clone(), secret(new_password), browser))),
              "link-not-valid");
  }
  for (const auto* wrong : {&reset_link, &setup.token})
    EXPECT_EQ(outcome_of(await(emails->confirm(wrong->clone(), mail::language::english, browser))), "link-not-valid");
  EXPECT_TRUE(log_in("anna@x.org").has_value()) << "nothing was changed";
  EXPECT_EQ(outcome_of(reset(secret(""), new_password)), "link-not-valid");

  // And the right one ends all others.
  EXPECT_EQ(outcome_of(reset(reset_link, new_password)), "good");
  EXPECT_EQ(outcome_of(await(accounts->inspect_setup_link(setup.token.clone()))), "link-not-valid");
  EXPECT_EQ(outcome_of(await(emails->confirm(confirm.clone(), mail::language::english, browser))), "link-not-valid");
}

TEST_P(PasswordReset, ADeactivatedAccountStaysOut) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  const auto token = reset_token("anna@x.org");
  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  EXPECT_EQ(outcome_of(reset(token, new_password)), "link-not-valid");
  ASSERT_TRUE(admins.activate("anna@x.org").has_value());
  EXPECT_EQ(outcome_of(reset(token, new_password)), "link-not-valid") << "its links had ended";
}

}  // namespace kontor::session
