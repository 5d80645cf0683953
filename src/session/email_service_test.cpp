#include "session/email_service.hpp"

#include "session/mail_links_fixture.hpp"

#include <gmock/gmock.h>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using mail::mail_kind;
using testing::Contains;
using testing::StartsWith;

struct EmailService : on_mailed_links {
  identity known(const signed_in& who) { return authenticate(who).value(); }
  base::result<std::optional<account::user>> change(const signed_in& who, const std::string& email) {
    return await(emails->request_change(known(who), email, mail::language::english, browser));
  }
  base::result<void> verify(const signed_in& who) {
    return await(emails->request_verification(known(who), mail::language::english, browser));
  }
  base::result<std::string> confirm(const base::secret_bytes& token) {
    return await(emails->confirm(token.clone(), mail::language::english, browser));
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, EmailService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(EmailService, ALinkProvesTheAccountsOwnAddress) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(verify(anna));
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::confirm_address);
  EXPECT_EQ(sent.to, "anna@x.org");
  EXPECT_THAT(std::string(sent.link.text()), StartsWith("https://desk.example/confirm#token="));
  EXPECT_FALSE(known(anna).owner.email_verified);
  EXPECT_EQ(confirm(token_in(sent)).value(), "anna@x.org");
  EXPECT_TRUE(known(anna).owner.email_verified) << "at once, and the session goes on";
  EXPECT_TRUE(take_mails().empty());
  EXPECT_EQ(outcome_of(confirm(token_in(sent))), "link-not-valid");
  EXPECT_THAT(timeline(), Contains("email.verified ok"));
}

// A stolen session asks for another address; its owner signs out everywhere before the link is used.
TEST_P(EmailService, WhatEndsEverySessionEndsTheChangeThatOneOfThemAskedFor) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(change(anna, "evil@x.org"));
  const auto sent = take_mail_to("evil@x.org");
  ASSERT_TRUE(await(sessions->end_many(known(anna), sessions_of_account::all, browser)));
  EXPECT_EQ(outcome_of(confirm(token_in(sent))), "link-not-valid");
}

// Another node may know a session for most of a second after its end.
TEST_P(EmailService, ASessionThatHasEndedAsksForNothing) {
  const auto anna = register_user("anna@x.org").value();
  const auto seen = known(anna);
  ASSERT_TRUE(await(sessions->end(seen, seen.session.id, browser)));
  const auto late = [&](const std::string& email) {
    return outcome_of(await(emails->request_change(seen, email, mail::language::english, browser)));
  };
  EXPECT_EQ(late("evil@x.org"), "invalid-token");
  use_mail({.mail = false});
  EXPECT_EQ(late("evil@x.org"), "invalid-token");
  EXPECT_TRUE(take_mails().empty());
}

TEST_P(EmailService, TheAddressChangesWhenTheNewOneIsProved) {
  const auto anna = register_user("anna@x.org").value();
  EXPECT_EQ(change(anna, " New@X.org").value(), std::nullopt);
  const auto sent = take_mail_to("new@x.org");
  EXPECT_EQ(sent.kind, mail_kind::confirm_change);
  EXPECT_EQ(known(anna).owner.email, "anna@x.org");

  // What was mailed to the old address ends with the change.
  const auto reset_link = reset_token("anna@x.org");
  EXPECT_EQ(confirm(token_in(sent)).value(), "new@x.org");
  EXPECT_EQ(known(anna).owner.email, "new@x.org");
  EXPECT_TRUE(known(anna).owner.email_verified);
  EXPECT_EQ(outcome_of(reset(reset_link, "another good password")), "link-not-valid");
  const auto notice = take_mail();
  EXPECT_EQ(notice.to, "anna@x.org");
  EXPECT_EQ(notice.kind, mail_kind::address_changed);
  EXPECT_FALSE(log_in("anna@x.org").has_value());
  EXPECT_TRUE(log_in("new@x.org").has_value());
  EXPECT_THAT(timeline(), testing::IsSupersetOf({"email.change_requested ok", "email.changed ok"}));
}

// b.30: whoever stole a session is not alone in knowing of the change until it is done.
TEST_P(EmailService, TheOldAddressIsToldWhenTheChangeIsAskedForTakenOrNot) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(register_user("ben@x.org").has_value());
  for (const std::string wanted : {"new@x.org", "ben@x.org"}) {
    ASSERT_TRUE(change(anna, wanted));
    const auto told = take_mail_to("anna@x.org");
    EXPECT_EQ(told.kind, mail_kind::change_requested);
    EXPECT_EQ(told.new_address, wanted);
    EXPECT_EQ(told.link.text().find("token"), std::string_view::npos);
  }
  ASSERT_TRUE(change(anna, "anna@x.org"));
  EXPECT_EQ(take_mail().kind, mail_kind::confirm_address) << "nothing changes: nothing to tell";
}

TEST_P(EmailService, ATakenAddressGetsTheSameAnswerAndANotice) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(register_user("ben@x.org").has_value());
  EXPECT_EQ(change(anna, "ben@x.org").value(), std::nullopt);
  const auto sent = take_mail_to("ben@x.org");
  EXPECT_EQ(sent.kind, mail_kind::address_taken);
  EXPECT_EQ(sent.link.text().find("token"), std::string_view::npos);
}

TEST_P(EmailService, WhoTakesTheAddressMeanwhileHasIt) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(change(anna, "new@x.org"));
  const auto token = token_in(take_mail_to("new@x.org"));
  ASSERT_TRUE(register_user("new@x.org").has_value());
  EXPECT_EQ(outcome_of(confirm(token)), "email-taken");
  EXPECT_EQ(known(anna).owner.email, "anna@x.org");
  EXPECT_TRUE(take_mails().empty()) << "nothing of it happened";
}

TEST_P(EmailService, OfTwoThatProveOneAddressOneGetsIt) {
  const auto anna = register_user("anna@x.org").value();
  const auto ben = register_user("ben@x.org").value();
  ASSERT_TRUE(change(anna, "new@x.org"));
  const auto first = token_in(take_mail_to("new@x.org"));
  clock.advance(5min);
  ASSERT_TRUE(change(ben, "new@x.org"));
  const auto second = token_in(take_mail_to("new@x.org"));
  auto one = await_on(0, emails->confirm(first.clone(), mail::language::english, browser));
  auto other = await_on(1, emails->confirm(second.clone(), mail::language::english, browser));
  std::multiset<std::string> outcomes{outcome_of(one.get()), outcome_of(other.get())};
  EXPECT_EQ(outcomes, (std::multiset<std::string>{"email-taken", "good"}));
}

// incident: better-auth GHSA-g38m-r43w-p2q7
TEST_P(EmailService, AProofIsForTheAddressThatWasAskedForAndNoOther) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(verify(anna));
  const auto own = token_in(take_mail());
  ASSERT_TRUE(change(anna, "first@x.org"));
  const auto first = token_in(take_mail_to("first@x.org"));
  ASSERT_TRUE(change(anna, "second@x.org"));
  const auto second = token_in(take_mail_to("second@x.org"));
  EXPECT_EQ(outcome_of(confirm(own)), "link-not-valid");
  EXPECT_EQ(outcome_of(confirm(first)), "link-not-valid") << "a later request took its place";
  EXPECT_EQ(confirm(second).value(), "second@x.org");
}

TEST_P(EmailService, ANewPasswordEndsAChangeThatWasAskedFor) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(change(anna, "attacker@x.org"));
  const auto token = token_in(take_mail_to("attacker@x.org"));
  ASSERT_TRUE(
      await(sign_ins->change_password(known(anna), secret(good_password), secret("another good password"), browser)));
  EXPECT_EQ(outcome_of(confirm(token)), "link-not-valid");
}

TEST_P(EmailService, WithoutMailTheAddressChangesAtOnceUnverified) {
  use_mail({});
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(register_user("ben@x.org").has_value());
  EXPECT_EQ(outcome_of(verify(anna)), "mail-not-configured");
  EXPECT_EQ(outcome_of(change(anna, "ben@x.org")), "email-taken");
  EXPECT_EQ(outcome_of(change(anna, "nobody")), "invalid-input");
  const auto changed = change(anna, "new@x.org").value().value();
  EXPECT_EQ(changed.email, "new@x.org");
  EXPECT_FALSE(changed.email_verified);
  EXPECT_EQ(known(anna).owner.email, "new@x.org");
  EXPECT_EQ(change(anna, "new@x.org").value().value().email, "new@x.org");
  EXPECT_TRUE(take_mails().empty());
}

TEST_P(EmailService, MailsAreRationed) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(verify(anna));
  EXPECT_EQ(outcome_of(verify(anna)), "too-many-requests");
  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(change(anna, "new" + std::to_string(i) + "@x.org").has_value());
  const auto refused = change(anna, "more@x.org");
  EXPECT_EQ(outcome_of(refused), "too-many-requests");
  EXPECT_EQ(refused.error().retry_after, 1h);
  EXPECT_EQ(take_mails().size(), 19u) << "one proof of the own address, nine changes and nine notices of them";
}

TEST_P(EmailService, ALinkEndsAfterADayAndWithItsAccount) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(change(anna, "new@x.org"));
  const auto token = token_in(take_mail_to("new@x.org"));
  clock.advance(24h);
  EXPECT_EQ(outcome_of(confirm(token)), "link-not-valid");
  const auto again = log_in("anna@x.org").value();
  ASSERT_TRUE(change(again, "new@x.org"));
  const auto other = token_in(take_mail_to("new@x.org"));
  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  EXPECT_EQ(outcome_of(confirm(other)), "link-not-valid");
}

}  // namespace kontor::session
