#include "session/link_requests.hpp"

#include "session/mail_links_fixture.hpp"

#include <gmock/gmock.h>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using account::email_verification;
using mail::mail_kind;
using testing::ElementsAre;
using testing::StartsWith;

struct LinkRequests : on_mailed_links {
  LinkRequests() { use_mail({.mail = true, .email_verification = email_verification::required}); }

  std::string register_by_mail(const std::string& email) {
    return outcome_of(await(requests->register_by_mail(email, std::nullopt, mail::language::english, browser)));
  }
  std::string register_by_mail(const std::string& email, std::string_view password) {
    return outcome_of(await(requests->register_by_mail(email, secret(password), mail::language::english, browser)));
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, LinkRequests, tests::each_database, tests::database_name);

}  // namespace

TEST_P(LinkRequests, ARegistrationIsFinishedWithTheLinkOfTheMail) {
  EXPECT_EQ(register_by_mail(" Anna@X.org "), "good");
  const auto sent = take_mail();
  EXPECT_EQ(sent.to, "anna@x.org");
  EXPECT_EQ(sent.kind, mail_kind::finish_registration);
  EXPECT_THAT(std::string(sent.link.text()), StartsWith("https://desk.example/setup#token="));
  EXPECT_EQ(sent.expires_at, noon + 24h);
  EXPECT_FALSE(log_in("anna@x.org").has_value());

  const auto entered = await(sign_ins->claim_setup_link(token_in(sent), secret(good_password), browser)).value();
  const auto& claimed = std::get<signed_in>(entered);
  EXPECT_EQ(claimed.owner.email, "anna@x.org");
  EXPECT_TRUE(claimed.owner.email_verified);
  EXPECT_TRUE(authenticate(claimed).value().owner.email_verified);
  EXPECT_TRUE(log_in("anna@x.org").value().owner.email_verified);
}

// incident: PocketBase CVE-2024-38351
TEST_P(LinkRequests, NobodyPlantsAPasswordOnTheAddressOfAnother) {
  EXPECT_EQ(register_by_mail("victim@x.org", "the attacker's password"), "good");
  EXPECT_FALSE(log_in("victim@x.org", "the attacker's password").has_value());
  const auto sent = take_mail();
  const auto claimed = await(sign_ins->claim_setup_link(token_in(sent), secret(good_password), browser));
  EXPECT_TRUE(claimed.has_value());
  EXPECT_FALSE(log_in("victim@x.org", "the attacker's password").has_value());
  EXPECT_TRUE(log_in("victim@x.org").has_value());
}

TEST_P(LinkRequests, APasswordThatComesAlongMustBeAGoodOne) {
  EXPECT_EQ(register_by_mail("anna@x.org", "short"), "invalid-input");
  EXPECT_EQ(register_by_mail("nobody", "short"), "invalid-input");
  EXPECT_EQ(register_by_mail("nobody"), "invalid-input");
  EXPECT_TRUE(take_mails().empty());
  EXPECT_TRUE(admins.list_users("", 10).value().empty());
}

TEST_P(LinkRequests, WhoHasAnAccountGetsAMailThatSaysSo) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  EXPECT_EQ(register_by_mail("anna@x.org", "another good password"), "good");
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::account_exists);
  EXPECT_EQ(sent.link.text(), "https://desk.example/login");
  EXPECT_TRUE(log_in("anna@x.org").has_value());
  EXPECT_FALSE(log_in("anna@x.org", "another good password").has_value());
}

TEST_P(LinkRequests, WhoHasNoPasswordYetGetsANewLinkAndTheOldOneEnds) {
  EXPECT_EQ(register_by_mail("anna@x.org"), "good");
  const auto first = take_mail();
  wait_for_new_allowances();
  EXPECT_EQ(register_by_mail("anna@x.org"), "good");
  const auto second = take_mail();
  EXPECT_EQ(second.kind, mail_kind::finish_registration);
  EXPECT_EQ(await(accounts->inspect_setup_link(token_in(first))).error().type, "link-not-valid");
  EXPECT_TRUE(await(accounts->inspect_setup_link(token_in(second))).has_value());
  EXPECT_EQ(admins.list_users("", 10).value().size(), 1u);
}

TEST_P(LinkRequests, ADeactivatedAccountGetsNothingAndALookalikeAnExplanation) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  ASSERT_TRUE(register_user("apo@x.org").has_value());
  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  EXPECT_EQ(register_by_mail("anna@x.org"), "good");
  EXPECT_EQ(take_mail().kind, mail_kind::nothing);
  EXPECT_EQ(register_by_mail("аро@x.org"), "good") << "Cyrillic";
  EXPECT_EQ(take_mail().kind, mail_kind::address_not_usable);
}

TEST_P(LinkRequests, TheRulesOfRegistrationHold) {
  use_mail({.registration = account::registration_policy::closed, .mail = true});
  EXPECT_EQ(register_by_mail("anna@x.org"), "registration-closed");
  use_mail({.registration = account::registration_policy::allowlist, .allowed_emails = {"ben@x.org"}, .mail = true});
  EXPECT_EQ(register_by_mail("anna@x.org"), "registration-not-allowed");
  EXPECT_EQ(register_by_mail("ben@x.org"), "good");
}

TEST_P(LinkRequests, WithoutMailTheyAreRefused) {
  use_mail({});
  EXPECT_EQ(forgot("anna@x.org"), "mail-not-configured");
  EXPECT_EQ(register_by_mail("anna@x.org"), "mail-not-configured");
}

// incident: authentik CVE-2023-39522
TEST_P(LinkRequests, NobodyLearnsFromAForgottenPasswordWhoHasAnAccount) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  ASSERT_TRUE(register_user("ben@x.org").has_value());
  ASSERT_TRUE(admins.deactivate("ben@x.org").has_value());
  const std::pair<std::string, mail_kind> rows[] = {
      {"anna@x.org", mail_kind::reset_password}, {"ben@x.org", mail_kind::nothing}, {"cleo@x.org", mail_kind::nothing}};
  for (const auto& [email, kind] : rows) {
    EXPECT_EQ(forgot(email), "good");
    const auto sent = take_mail();
    EXPECT_EQ(sent.kind, kind) << email;
    EXPECT_EQ(sent.to, email);
    EXPECT_EQ(sent.in, mail::language::german);
    EXPECT_EQ(sent.link.size(), std::string("https://desk.example/reset#token=").size() + 43);
  }
  EXPECT_EQ(forgot("nobody"), "invalid-input");
  EXPECT_THAT(timeline(), testing::IsSupersetOf({"link.created ok", "link.created refused", "link.created refused"}));
}

TEST_P(LinkRequests, AMailboxGetsOneInFiveMinutesAndTheAnswerStaysTheSame) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  EXPECT_EQ(forgot("anna@x.org"), "good");
  const auto first = take_mail();
  EXPECT_EQ(forgot("Anna@x.org"), "good");
  EXPECT_TRUE(take_mails().empty());
  clock.advance(5min - 1us);
  EXPECT_EQ(forgot("anna@x.org"), "good");
  EXPECT_TRUE(take_mails().empty());
  EXPECT_TRUE(await(users.get_reset_link(account::hash_of_setup_token(token_in(first)), clock.now())).has_value())
      << "whoever asks again does not end the link that was sent";
  clock.advance(1us);
  EXPECT_EQ(forgot("anna@x.org"), "good");
  EXPECT_EQ(take_mail().kind, mail_kind::reset_password);
  // Of many at once too.
  wait_for_new_allowances();
  std::vector<std::future<base::result<void>>> asking;
  for (std::size_t i = 0; i < 20; ++i)
    asking.push_back(
        await_on(i % loops.size(), requests->forgot_password("anna@x.org", mail::language::english, browser)));
  for (auto& each : asking)
    EXPECT_TRUE(each.get().has_value());
  EXPECT_EQ(take_mails().size(), 1u);
}

TEST_P(LinkRequests, AClientCausesThirtyMailsAnHour) {
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(forgot("u" + std::to_string(i) + "@x.org"), "good");
  EXPECT_EQ(forgot("more@x.org"), "too-many-requests");
  EXPECT_EQ(register_by_mail("more@x.org"), "too-many-requests");
  EXPECT_EQ(take_mails().size(), 30u);
  wait_for_new_allowances();
  EXPECT_EQ(forgot("more@x.org"), "good");
}

TEST_P(LinkRequests, FiftyParallelRegistrationsMakeOneAccountAndOneMail) {
  std::vector<std::future<base::result<void>>> attempts;
  for (std::size_t i = 0; i < 50; ++i) {
    auto from = browser;
    from.address = "192.0.2." + std::to_string(i);
    attempts.push_back(
        await_on(i % loops.size(), requests->register_by_mail("a@x.org", std::nullopt, mail::language::english, from)));
  }
  for (auto& attempt : attempts)
    EXPECT_TRUE(attempt.get().has_value());
  EXPECT_EQ(admins.list_users("", 10).value().size(), 1u);
  EXPECT_EQ(take_mails().size(), 1u);
}

}  // namespace kontor::session
