#include "session/notices.hpp"

#include "session/mail_links_fixture.hpp"

#include <gmock/gmock.h>

#include <set>
#include <utility>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using audit::action;
using mail::mail_kind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view changed_password = "another good password";

struct Notices : on_mailed_links {
  Notices() : on_mailed_links(by_mail::owners) {}

  std::vector<mail_kind> kinds() {
    std::vector<mail_kind> out;
    for (const auto& each : take_mails())
      out.push_back(each.kind);
    return out;
  }
  // A sign-in of whoever knows the password, from elsewhere.
  client_info stranger(const std::string& device = "curl") const {
    auto client = client_at("198.51.100.7");
    client.device = device;
    return client;
  }
  base::result<entry> enter_as(const std::string& email, const client_info& client) {
    return await(sign_ins->log_in(email, secret(good_password), client));
  }
  client_info with_mark_of(const signed_in& who) {
    auto client = stranger("Firefox on Windows");
    client.device_mark =
        devices.make({who.owner.id, who.owner.security_epoch}, throttle::device_id::random(), clock.now());
    return client;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Notices, tests::each_database, tests::database_name);

}  // namespace

// Security checklist b.30: the list of events. Whoever adds an act to the log decides here whether owners are told.
TEST(NoticesOf, B30TheEventsOfWhichOwnersAreTold) {
  const std::set<action> are_told{action::login_succeeded,      action::password_changed,      action::password_reset,
                                  action::factor_added,         action::factor_removed,        action::token_created,
                                  action::factor_recovery_used, action::recovery_codes_renewed};
  std::set<mail_kind> kinds;
  for (const auto& each : audit::action_names) {
    const auto kind = notice_of(each.value);
    EXPECT_EQ(kind.has_value(), are_told.contains(each.value)) << each.name;
    if (kind) EXPECT_TRUE(kinds.insert(*kind).second) << each.name << " has a mail of its own";
  }
}

// Security checklist b.30.
TEST_P(Notices, B30APasswordThatIsChanged) {
  const auto anna = register_user("anna@x.org").value();
  EXPECT_THAT(kinds(), IsEmpty());
  auto client = browser;
  client.language = mail::language::german;
  const auto me = authenticate(anna).value();
  EXPECT_FALSE(await(sign_ins->change_password(me, secret("a wrong one"), secret(changed_password), client)));
  EXPECT_THAT(kinds(), IsEmpty()) << "nothing was changed";
  clock.advance(1min);
  ASSERT_TRUE(await(sign_ins->change_password(me, secret(good_password), secret(changed_password), client)));
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::password_changed);
  EXPECT_EQ(sent.to, "anna@x.org");
  EXPECT_EQ(sent.in, mail::language::german);
  EXPECT_EQ(sent.act.at, clock.now());
  EXPECT_EQ(sent.act.address, "192.0.2.1");
  EXPECT_EQ(sent.act.device, "Firefox on Linux");
  EXPECT_EQ(sent.link.text(), "https://desk.example/account/tokens") << "no link that can act";
}

// Security checklist b.30.
TEST_P(Notices, B30APasswordThatIsSetWithALinkOfAnyKind) {
  ASSERT_TRUE(register_user("anna@x.org"));
  const auto token = reset_token("anna@x.org");
  EXPECT_FALSE(reset(token, "short"));
  EXPECT_THAT(kinds(), IsEmpty());
  ASSERT_TRUE(reset(token, changed_password));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::password_set)) << "and no other mail about the sign-in that goes with it";
  const auto link = admins.make_setup_link("anna@x.org").value();
  ASSERT_TRUE(await(sign_ins->claim_setup_link(link.token.clone(), secret(good_password), stranger())));
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::password_set);
  EXPECT_EQ(sent.act.address, "198.51.100.7");
  EXPECT_EQ(sent.act.device, "curl");
}

// Security checklist b.30: a token that was made before outlives the new factor, and its owner must see it.
TEST_P(Notices, B30ASecondFactorThatIsTurnedOnAndOff) {
  const auto before = register_user("anna@x.org").value();
  const auto me = authenticate(before).value();
  ASSERT_TRUE(await(enrolments->begin(me)));
  EXPECT_FALSE(await(enrolments->confirm(me, secret("000"), browser)));
  EXPECT_THAT(kinds(), IsEmpty()) << "it is not on";
  tokens_held = 2;
  const auto anna = enrol(register_user("ben@x.org").value());
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::second_factor_on);
  EXPECT_EQ(sent.act.tokens, 2);
  const auto ben = authenticate(anna.session).value();
  ASSERT_TRUE(await(enrolments->renew_recovery_codes(ben, browser)));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::recovery_codes_renewed));
  ASSERT_TRUE(await(enrolments->remove(ben, browser)));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::second_factor_off));
  EXPECT_FALSE(await(enrolments->remove(ben, browser)));
  EXPECT_THAT(kinds(), IsEmpty()) << "there was none";
}

// Security checklist b.30.
TEST_P(Notices, B30ARecoveryCodeThatIsUsed) {
  const auto anna = enrol("anna@x.org");
  (void)take_mails();
  const auto asked = std::get<challenge>(enter("anna@x.org", good_password).value());
  ASSERT_TRUE(answer(asked, anna.recovery[0]));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::recovery_code_used));
  const auto me = authenticate(anna.session).value();
  ASSERT_TRUE(await(step_ups->prove(me, code_proof{anna.recovery[1].clone()}, browser)));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::recovery_code_used));
  ASSERT_TRUE(await(step_ups->prove(me, code_proof{code(anna.totp_secret)}, browser)));
  EXPECT_THAT(kinds(), IsEmpty());
}

// Security checklist b.30: an administrator's act, for somebody who lost the device; nothing of the administrator.
TEST_P(Notices, B30AFactorThatAnAdministratorTurnedOff) {
  const auto anna = register_user("anna@x.org").value();
  auto job = [this, &anna](sql::session& in) {
    told.tell_of_taken_factor(in, anna.owner.id, mail::language::german);
    return true;
  };
  ASSERT_TRUE(store->write_now(std::move(job)).value());
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::second_factor_taken);
  EXPECT_EQ(sent.to, "anna@x.org");
  EXPECT_EQ(sent.in, mail::language::german);
  EXPECT_EQ(sent.act.address, "");
}

TEST_P(Notices, OfASignInFromANewDeviceOnce) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(log_in("anna@x.org"));
  EXPECT_THAT(kinds(), IsEmpty()) << "it registered from there";
  ASSERT_TRUE(enter_as("anna@x.org", stranger()));
  const auto sent = take_mail();
  EXPECT_EQ(sent.kind, mail_kind::new_device);
  EXPECT_EQ(sent.act.address, "198.51.100.7");
  ASSERT_TRUE(enter_as("anna@x.org", stranger()));
  EXPECT_THAT(kinds(), IsEmpty()) << "told already";
  ASSERT_TRUE(enter_as("anna@x.org", stranger("wget")));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::new_device)) << "another program";
  ASSERT_TRUE(enter_as("anna@x.org", with_mark_of(anna)));
  EXPECT_THAT(kinds(), IsEmpty()) << "a browser that is known, wherever it is";
  EXPECT_FALSE(await(sign_ins->log_in("anna@x.org", secret("a wrong one"), stranger("netcat"))));
  EXPECT_THAT(kinds(), IsEmpty()) << "nobody signed in";
}

TEST_P(Notices, TheMarkOfAnotherAccountMakesNoDeviceKnown) {
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(register_user("ben@x.org"));
  ASSERT_TRUE(enter_as("ben@x.org", with_mark_of(anna)));
  EXPECT_EQ(take_mail().to, "ben@x.org");
}

TEST_P(Notices, OfASignInWithTwoStepsWhenItIsComplete) {
  const auto anna = enrol("anna@x.org");
  (void)take_mails();
  const auto asked = std::get<challenge>(enter_as("anna@x.org", stranger()).value());
  EXPECT_THAT(kinds(), IsEmpty());
  ASSERT_TRUE(await(door.answer(asked.token.clone(), anna.recovery[0].clone(), stranger())));
  EXPECT_THAT(kinds(), UnorderedElementsAre(mail_kind::new_device, mail_kind::recovery_code_used));
}

// Mail programs make a link of what looks like a page.
TEST_P(Notices, AProgramCannotPutAPageIntoAMail) {
  ASSERT_TRUE(register_user("anna@x.org"));
  ASSERT_TRUE(enter_as("anna@x.org", stranger("evil.example")));
  EXPECT_EQ(take_mail().act.device, "evil");
  ASSERT_TRUE(enter_as("anna@x.org", stranger(".example")));
  EXPECT_EQ(take_mail().act.device, "Unknown device");
}

TEST_P(Notices, AMailboxGetsTwentyAnHour) {
  ASSERT_TRUE(register_user("anna@x.org"));
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(enter_as("anna@x.org", stranger("program-" + std::to_string(i))));
  EXPECT_EQ(take_mails().size(), 20u);
  ASSERT_TRUE(enter_as("anna@x.org", stranger("program-20"))) << "the act itself goes on";
  EXPECT_THAT(kinds(), IsEmpty());
  clock.advance(1h);
  ASSERT_TRUE(enter_as("anna@x.org", stranger("program-21")));
  EXPECT_THAT(kinds(), ElementsAre(mail_kind::new_device));
}

// Otherwise it waits for the sender's next look, for up to five seconds.
TEST_P(Notices, TheSenderIsRungForWhenTheMailStandsInTheQueue) {
  std::int64_t seen = 0;
  outbox.on_ring([this, &seen] { seen = count({"SELECT COUNT(*) FROM mail_outbox"}); });
  const auto expect_rung = [this, &seen](std::string_view what) {
    const auto mails = take_mails();
    EXPECT_FALSE(mails.empty()) << what;
    EXPECT_EQ(std::exchange(seen, 0), static_cast<std::int64_t>(mails.size())) << what;
  };
  ASSERT_TRUE(register_user("anna@x.org"));
  ASSERT_TRUE(enter_as("anna@x.org", stranger()));
  expect_rung("a new device");
  const auto link = admins.make_setup_link("anna@x.org").value();
  ASSERT_TRUE(await(sign_ins->claim_setup_link(link.token.clone(), secret(good_password), browser)));
  expect_rung("a password set with a link that was handed over");
  const auto token = reset_token("anna@x.org");
  seen = 0;
  ASSERT_TRUE(reset(token, changed_password));
  expect_rung("a password set with a link that was mailed");
  const auto again = log_in("anna@x.org", changed_password).value();
  const auto me = authenticate(again).value();
  ASSERT_TRUE(await(sign_ins->change_password(me, secret(changed_password), secret(good_password), browser)));
  expect_rung("a password changed");

  const auto ben = enrol("ben@x.org");
  expect_rung("a second factor turned on");
  const auto asked = std::get<challenge>(enter("ben@x.org", good_password).value());
  ASSERT_TRUE(answer(asked, ben.recovery[0]));
  expect_rung("a recovery code used to sign in");
  const auto his = authenticate(ben.session).value();
  ASSERT_TRUE(await(step_ups->prove(his, code_proof{ben.recovery[1].clone()}, browser)));
  expect_rung("a recovery code used as a proof");
  ASSERT_TRUE(await(enrolments->renew_recovery_codes(his, browser)));
  expect_rung("recovery codes made anew");
  ASSERT_TRUE(await(enrolments->remove(his, browser)));
  expect_rung("a second factor turned off");
}

// What is undone was no act.
TEST_P(Notices, AnActThatIsRolledBackHasNoMail) {
  const auto anna = register_user("anna@x.org").value();
  auto job = [this, &anna](sql::session& in) -> base::result<void> {
    sessions->note(in, anna.owner.id, action::factor_removed, browser);
    return base::error{base::errc::conflict, "", "", ""};
  };
  EXPECT_FALSE(store->write_now(std::move(job)));
  EXPECT_THAT(kinds(), IsEmpty());
}

namespace {

struct NoNotices : on_mailed_links {};
INSTANTIATE_TEST_SUITE_P(Databases, NoNotices, tests::each_database, tests::database_name);

}  // namespace

TEST_P(NoNotices, WithoutMailNothingIsQueuedAndNothingFails) {
  const auto anna = enrol("anna@x.org");
  const auto me = authenticate(anna.session).value();
  ASSERT_TRUE(await(enrolments->remove(me, browser)));
  ASSERT_TRUE(await(sign_ins->change_password(me, secret(good_password), secret(changed_password), browser)));
  EXPECT_EQ(count({"SELECT COUNT(*) FROM mail_outbox"}), 0);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM mail_allowances"}), 0);
}

}  // namespace kontor::session
