#include "session/sign_in_service.hpp"

#include "account/user_statements.hpp"
#include "crypto/random.hpp"
#include "session/session_fixture.hpp"

#include <crypt.h>
#include <gtest/gtest.h>

#include <set>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using account::issued_setup_link;
using account::registration_policy;
using account::user;
using base::errc;

struct SignIn : on_sessions {
  base::result<signed_in> claim(const issued_setup_link& link, std::string_view password) {
    auto in = await(sign_ins->claim_setup_link(link.token.clone(), secret(password), browser));
    if (!in) return in.error();
    return std::move(std::get<signed_in>(*in));
  }
  std::string stored_hash(const std::string& email) { return await(users.get_by_email(email)).value().hashed_password; }
  void store_hash(const std::string& email, std::string hash) {
    const auto known = await(users.get_by_email(email)).value();
    ASSERT_TRUE(await(users.update_password_hash(known.owner.id, known.hashed_password, std::move(hash))).value());
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, SignIn, tests::each_database, tests::database_name);

std::string plain_bcrypt(const std::string& password, const char* setting) {
  crypt_data data{};
  return crypt_r(password.c_str(), setting, &data);
}

std::set<std::string> codes_of(const base::error& e) {
  std::set<std::string> out;
  for (const auto& field : e.fields)
    out.insert(field.path + " " + field.code);
  return out;
}

}  // namespace

TEST_P(SignIn, RegistersSignsInAndKnowsTheToken) {
  const auto registered = register_user(" Anna@X.org ").value();
  EXPECT_EQ(registered.owner.email, "anna@x.org");
  EXPECT_FALSE(registered.owner.is_admin);
  EXPECT_EQ(registered.expires_in, 3600s);
  EXPECT_EQ(authenticate(registered).value().owner.id, registered.owner.id);

  const auto again = log_in("ANNA@x.org").value();
  EXPECT_EQ(again.owner.id, registered.owner.id);
  EXPECT_EQ(authenticate(again).value().owner.id, registered.owner.id);
  EXPECT_NE(tokens.read(again.access_token).value().session, tokens.read(registered.access_token).value().session);
  EXPECT_TRUE(stored_hash("anna@x.org").starts_with("$kontor$1$none$$2b$04$"));
}

TEST_P(SignIn, ThePasswordIsTakenExactlyAsTyped) {
  const std::string typed = " Pass phrase Käse 15 ";
  ASSERT_TRUE(register_user("a@x.org", typed).has_value());
  EXPECT_TRUE(log_in("a@x.org", typed).has_value());
  for (const std::string& other :
       {"Pass phrase Käse 15", " pass phrase käse 15 ", " Pass phrase Ka\u0308se 15 ", " Pass phrase Käse 15  "})
    EXPECT_EQ(log_in("a@x.org", other).error().type, "invalid-credentials") << other;

  std::string emoji;
  for (int i = 0; i < 64; ++i)
    emoji += "😀";
  ASSERT_TRUE(register_user("b@x.org", emoji).has_value());
  EXPECT_TRUE(log_in("b@x.org", emoji).has_value());
  EXPECT_FALSE(log_in("b@x.org", emoji.substr(0, 63 * 4) + "😁").has_value());
  // bcrypt alone would not see the 73rd byte.
  ASSERT_TRUE(register_user("c@x.org", std::string(73, 'q')).has_value());
  EXPECT_FALSE(log_in("c@x.org", std::string(72, 'q') + "r").has_value());
}

TEST_P(SignIn, TellsEverythingThatIsWrongAtOnce) {
  const auto both = register_user("no address", "short").error();
  EXPECT_EQ(both.code, errc::invalid_input);
  EXPECT_EQ(codes_of(both), (std::set<std::string>{"/email not_an_email", "/password too_short"}));
  EXPECT_EQ(codes_of(register_user("a@b", good_password).error()),
            (std::set<std::string>{"/email email_not_supported"}));
  EXPECT_EQ(codes_of(register_user("a@x.org", "password1").error()),
            (std::set<std::string>{"/password common_password"}));
  EXPECT_EQ(codes_of(register_user("anna.smith@x.org", "Anna.Smith1").error()),
            (std::set<std::string>{"/password contains_email"}));
  EXPECT_EQ(codes_of(register_user("a@x.org", "Kontor2026").error()),
            (std::set<std::string>{"/password contains_product_name"}));
  EXPECT_EQ(codes_of(register_user("a@x.org", std::string("nul\0password", 12)).error()),
            (std::set<std::string>{"/password contains_nul"}));
  // Nothing of that reached the hash.
  EXPECT_EQ(hash_pool.metrics().begun, 0u);
}

TEST_P(SignIn, AnAddressOrItsTwinIsTakenOnce) {
  ASSERT_TRUE(register_user("apo@x.org").has_value());
  for (const auto* twin : {"apo@x.org", "APO@x.org", "аро@x.org", "ａｐｏ@x.org"}) {
    const auto refused = register_user(twin);
    ASSERT_FALSE(refused.has_value()) << twin;
    EXPECT_EQ(refused.error().code, errc::conflict);
    EXPECT_EQ(refused.error().type, "email-taken");
  }
  EXPECT_TRUE(register_user("ap0@x.org").has_value());
}

TEST_P(SignIn, RegistrationCanBeClosedOrLimited) {
  use({.registration = registration_policy::closed, .allowed_emails = {"a@x.org"}, .passwords = {}});
  EXPECT_EQ(register_user("a@x.org").error().type, "registration-closed");
  EXPECT_EQ(register_user("nonsense", "").error().code, errc::forbidden);

  use({.registration = registration_policy::allowlist, .allowed_emails = {"a@x.org"}, .passwords = {}});
  EXPECT_EQ(register_user("b@x.org").error().type, "registration-not-allowed");
  EXPECT_EQ(register_user("b@x.org").error().code, errc::forbidden);
  EXPECT_EQ(register_user("b@x.org", "short").error().code, errc::forbidden);
  EXPECT_EQ(register_user("nonsense").error().code, errc::invalid_input);
  EXPECT_EQ(hash_pool.metrics().begun, 0u);
  EXPECT_TRUE(register_user("A@X.org").has_value());
}

// Security checklist c.20: the same answer, and one hash, whatever was wrong.
TEST_P(SignIn, EveryRefusedSignInLooksAndCostsTheSame) {
  ASSERT_TRUE(register_user("anna@x.org").has_value());
  ASSERT_TRUE(register_user("gone@x.org").has_value());
  ASSERT_TRUE(admins.deactivate("gone@x.org").has_value());
  ASSERT_TRUE(admins.create_admin("empty@x.org").has_value());
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"anna@x.org", "another password"},
      {"anna@x.org", good_password + " "},
      {"anna@x.org", ""},
      {"nobody@x.org", good_password},
      {"no address", good_password},
      {"' OR 1=1--", good_password},
      {"gone@x.org", good_password},
      {"gone@x.org", "another password"},
      {"empty@x.org", good_password},
      {"empty@x.org", ""},
  };
  for (const auto& [email, password] : rows) {
    const auto refused = log_in(email, password);
    ASSERT_FALSE(refused.has_value()) << email;
    EXPECT_EQ(refused.error().code, errc::unauthenticated) << email;
    EXPECT_EQ(refused.error().type, "invalid-credentials") << email;
    EXPECT_EQ(refused.error().detail, "") << email;
    EXPECT_TRUE(refused.error().fields.empty()) << email;
  }
  hash_pool.stop();
  EXPECT_EQ(hash_pool.metrics().begun, 2 + rows.size());
}

TEST_P(SignIn, WhatCannotBeAPasswordCostsNoHash) {
  ASSERT_TRUE(register_user("a@x.org").has_value());
  for (const std::string& impossible :
       {std::string(129, 'q'), std::string(1'000'000, 'q'), good_password + '\0', std::string("\xff\xfe")})
    EXPECT_EQ(log_in("a@x.org", impossible).error().type, "invalid-credentials");
  hash_pool.stop();
  EXPECT_EQ(hash_pool.metrics().begun, 1u);
}

// Hashes of the Python predecessor: bcrypt over the first 72 bytes.
TEST_P(SignIn, AnOldHashWorksAndIsUpgraded) {
  const auto first = register_user("a@x.org").value();
  for (const auto* setting :
       {"$2b$04$abcdefghijklmnopqrstuu", "$2a$04$abcdefghijklmnopqrstuu", "$2y$04$abcdefghijklmnopqrstuu"}) {
    const auto old = plain_bcrypt("the old password", setting);
    ASSERT_EQ(old.size(), 60u);
    store_hash("a@x.org", old);
    EXPECT_FALSE(log_in("a@x.org", "the new password").has_value());
    EXPECT_EQ(stored_hash("a@x.org"), old);
    ASSERT_TRUE(log_in("a@x.org", "the old password").has_value());
    EXPECT_TRUE(stored_hash("a@x.org").starts_with("$kontor$1$none$$2b$04$"));
    EXPECT_TRUE(log_in("a@x.org", "the old password").has_value());
  }
  // The password is the same one, so the tokens are too.
  EXPECT_TRUE(authenticate(first).has_value());

  const auto current = stored_hash("a@x.org");
  ASSERT_TRUE(log_in("a@x.org", "the old password").has_value());
  EXPECT_EQ(stored_hash("a@x.org"), current);
}

TEST_P(SignIn, ATokenEndsWithItsAccountAndItsPassword) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  const auto anna = register_user("anna@x.org").value();
  ASSERT_TRUE(authenticate(anna).has_value());

  // A new password ends it at once, within this process.
  const auto link = admins.make_setup_link("anna@x.org").value();
  const auto renewed = claim(link, "another good password").value();
  EXPECT_EQ(authenticate(anna).error().type, "invalid-token");
  EXPECT_EQ(authenticate(renewed).value().owner.id, anna.owner.id);
  EXPECT_FALSE(log_in("anna@x.org").has_value());

  // So does deactivation; from outside as soon as the table looks again.
  ASSERT_TRUE(admins.deactivate("anna@x.org").has_value());
  sessions->forget_owner(anna.owner.id);
  EXPECT_EQ(authenticate(renewed).error().type, "invalid-token");
  // Activated again, the old token stays dead.
  ASSERT_TRUE(admins.activate("anna@x.org").has_value());
  sessions->forget_owner(anna.owner.id);
  EXPECT_EQ(authenticate(renewed).error().type, "invalid-token");
  EXPECT_TRUE(log_in("anna@x.org", "another good password").has_value());
}

TEST_P(SignIn, AYoungTokenIsNotRefusedOnOldKnowledge) {
  // Another node changes the password; this one still knows the session from before.
  const auto before = register_user("a@x.org").value();
  const auto known = authenticate(before).value();
  session_service elsewhere(*store, tokens, successors, audit, {}, clock);
  entrance other_door(*store, elsewhere, factors, counted, clock);
  sign_in_service there(*accounts, users, elsewhere, counted, other_door, clock);
  const auto after =
      await(there.change_password(known, secret(good_password), secret("another good password"), browser)).value();

  EXPECT_EQ(authenticate(after).value().owner.id, before.owner.id);
  EXPECT_EQ(authenticate(before).error().type, "invalid-token");
}

TEST_P(SignIn, ATokenOfNobodyIsRefused) {
  user ghost;
  ghost.id = crypto::random_id<base::user_id>();
  ghost.email = "ghost@x.org";
  const auto token = tokens.issue(ghost, crypto::random_id<base::session_id>());
  const auto refused = await(sessions->authenticate(token));
  EXPECT_EQ(refused.error().code, errc::unauthenticated);
  EXPECT_EQ(refused.error().type, "invalid-token");
  EXPECT_EQ(await(sessions->authenticate("nonsense")).error().type, "invalid-token");
}

TEST_P(SignIn, ASetupLinkSetsThePasswordOnce) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  const auto link = admins.make_setup_link("root@x.org").value();
  EXPECT_EQ(link.token.size(), 43u);
  EXPECT_EQ(await(accounts->inspect_setup_link(link.token.clone())).value().owner.email, "root@x.org");

  // A refused password does not cost the link.
  EXPECT_EQ(codes_of(claim(link, "short").error()), (std::set<std::string>{"/password too_short"}));
  EXPECT_EQ(codes_of(claim(link, "root@x.org").error()), (std::set<std::string>{"/password contains_email"}));
  EXPECT_EQ(await(accounts->inspect_setup_link(link.token.clone())).value().expires_at, link.expires_at);

  const auto claimed = claim(link, good_password).value();
  EXPECT_TRUE(claimed.owner.is_admin);
  EXPECT_EQ(authenticate(claimed).value().owner.email, "root@x.org");
  EXPECT_TRUE(log_in("root@x.org").has_value());
  EXPECT_EQ(claim(link, "another good password").error().type, "link-not-valid");
  EXPECT_EQ(claim(link, "another good password").error().code, errc::not_found);
  EXPECT_EQ(await(accounts->inspect_setup_link(link.token.clone())).error().type, "link-not-valid");
  EXPECT_FALSE(log_in("root@x.org", "another good password").has_value());
}

TEST_P(SignIn, ASetupLinkThatWasNeverMadeIsNotValid) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  const auto link = admins.make_setup_link("root@x.org").value();
  const std::string text(link.token.text());
  for (const std::string& other : {std::string(), text.substr(1), text.substr(0, 42), text + "A",
                                   "A" + text.substr(1) + "B", std::string(5000, 'A')}) {
    EXPECT_EQ(await(accounts->inspect_setup_link(secret(other))).error().type, "link-not-valid") << other;
    EXPECT_EQ(await(sign_ins->claim_setup_link(secret(other), secret(good_password), browser)).error().type,
              "link-not-valid")
        << other;
  }
  clock.advance(30min);
  EXPECT_EQ(claim(link, good_password).error().type, "link-not-valid");
}

TEST_P(SignIn, OfFiftyParallelClaimsOneWins) {
  ASSERT_TRUE(admins.create_admin("root@x.org").has_value());
  const auto link = admins.make_setup_link("root@x.org").value();
  std::vector<std::future<base::result<entry>>> claims;
  for (std::size_t i = 0; i < 50; ++i)
    claims.push_back(await_on(
        i % loops.size(),
        sign_ins->claim_setup_link(link.token.clone(), secret("good password " + std::to_string(i)), browser)));
  std::vector<std::size_t> winners;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const auto result = claims[i].get();
    if (result) {
      winners.push_back(i);
    } else {
      EXPECT_EQ(result.error().type, "link-not-valid");
    }
  }
  ASSERT_EQ(winners.size(), 1u);
  for (const auto i : {winners.front(), (winners.front() + 1) % 50})
    EXPECT_EQ(log_in("root@x.org", "good password " + std::to_string(i)).has_value(), i == winners.front()) << i;
}

TEST_P(SignIn, FiftyParallelRegistrationsMakeOneAccount) {
  std::vector<std::future<base::result<signed_in>>> attempts;
  for (std::size_t i = 0; i < 50; ++i)
    attempts.push_back(await_on(i % loops.size(), sign_ins->register_user("a@x.org", secret(good_password), browser)));
  int good = 0;
  for (auto& attempt : attempts) {
    const auto result = attempt.get();
    good += result ? 1 : 0;
    if (!result) {
      EXPECT_EQ(result.error().type, "email-taken");
    }
  }
  EXPECT_EQ(good, 1);
  EXPECT_EQ(admins.list_users("", 100).value().size(), 1u);
}

TEST_P(SignIn, WithoutItsDatabaseItSaysSo) {
  const auto anna = register_user("a@x.org").value();
  store->stop();
  EXPECT_EQ(log_in("a@x.org").error().code, errc::unavailable);
  EXPECT_EQ(register_user("b@x.org").error().code, errc::unavailable);
  EXPECT_EQ(await(accounts->inspect_setup_link(secret("token"))).error().code, errc::unavailable);
  EXPECT_EQ(await(sign_ins->claim_setup_link(secret("token"), secret(good_password), browser)).error().code,
            errc::unavailable);
  EXPECT_EQ(authenticate(anna).error().code, errc::unavailable);
}

TEST_P(SignIn, AFullHashPoolIsTold) {
  hash_pool.stop();
  EXPECT_EQ(log_in("a@x.org").error().code, errc::unavailable);
  EXPECT_EQ(register_user("b@x.org").error().code, errc::unavailable);
}

}  // namespace kontor::session
