#include "settings/exchange_service.hpp"

#include "settings/settings_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::settings {
namespace {

using vault::outcome_of;
using vault::unreadable;

struct ExchangeService : settings_fixture {
  base::result<exchange_outcome> save(const base::user_id& owner, withdrawal may = withdrawal::refused,
                                      unreadable found = unreadable::keep) {
    exchange_wish wish{.credentials = credentials(), .may_withdraw = may, .if_unreadable = found};
    return await(exchange_settings().save(owner, std::move(wish), by(owner), still()));
  }
  exchange_view view(const base::user_id& owner) { return await(exchange_settings().get(owner)).value(); }
  base::result<exchange_outcome> test(const base::user_id& owner) {
    return await(exchange_settings().test(owner, still()));
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, ExchangeService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(ExchangeService, AKeyThatTheExchangeKnowsIsSaved) {
  const auto anna = add_user();
  const auto bert = add_user();
  exchange_says(verification::confirmed);
  const auto saved = save(anna).value();
  EXPECT_EQ(saved.how, outcome::success);
  EXPECT_TRUE(saved.checked->is_valid);
  EXPECT_TRUE(saved.now.is_configured);
  EXPECT_EQ(saved.now.what, state::verified);
  EXPECT_EQ(saved.now.api_key_masked, "bg_1****cdef");
  EXPECT_EQ(saved.now.addresses, std::vector<std::string>{"192.0.2.7"});
  EXPECT_EQ(saved.now.verified_at, noon);
  EXPECT_EQ(exchange.owners, std::vector<std::string>{anna.str()});
  EXPECT_EQ(get(anna, "bitget_api_secret"), "planted secret");
  EXPECT_FALSE(view(bert).is_configured);
  EXPECT_EQ(get(bert, "bitget_api_secret"), "not-found");
  EXPECT_EQ(acts("secret.saved"), 3);
  EXPECT_EQ(acts("settings.saved"), 1);
  EXPECT_EQ(count("exchange_settings WHERE api_key_masked LIKE '%1234567890%'"), 0);
}

// Nothing of it is stored, and what was stored holds.
TEST_P(ExchangeService, AKeyThatTheExchangeRefusesIsNotSaved) {
  const auto anna = add_user();
  exchange_says(verification::refused, "apikey/password is incorrect");
  const auto told = save(anna).value();
  EXPECT_EQ(told.how, outcome::error);
  EXPECT_EQ(told.message, "apikey/password is incorrect");
  EXPECT_FALSE(told.checked->is_valid);
  EXPECT_FALSE(told.now.is_configured);
  EXPECT_EQ(count("vault_secrets"), 0);

  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  exchange_says(verification::refused, "no");
  EXPECT_EQ(save(anna).value().now.what, state::verified);
  EXPECT_EQ(count("vault_versions"), 3);
}

TEST_P(ExchangeService, AKeyThatMayWithdrawIsForThoseWhoInsist) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  exchange.verdict.may_withdraw = true;
  EXPECT_EQ(outcome_of(save(anna)), "key-may-withdraw");
  EXPECT_EQ(count("vault_secrets"), 0);
  const auto saved = save(anna, withdrawal::accepted).value();
  EXPECT_EQ(saved.how, outcome::warning);
  EXPECT_EQ(warnings_of(saved.now), std::vector{exchange_warning::may_withdraw});
}

TEST_P(ExchangeService, AnExchangeThatDoesNotAnswerLeavesItOpen) {
  const auto anna = add_user();
  exchange_says(verification::not_verified, "The host was not found.");
  const auto saved = save(anna).value();
  EXPECT_EQ(saved.how, outcome::warning);
  EXPECT_FALSE(saved.checked->is_valid);
  EXPECT_EQ(saved.now.what, state::not_verified);
  EXPECT_TRUE(saved.now.is_configured);
  EXPECT_FALSE(saved.now.verified_at.has_value());
  EXPECT_TRUE(warnings_of(saved.now).empty());

  exchange_says(verification::confirmed);
  EXPECT_EQ(test(anna).value().now.what, state::verified);
  exchange_says(verification::not_verified);
  const auto again = test(anna).value();
  EXPECT_EQ(again.how, outcome::warning);
  EXPECT_EQ(again.now.what, state::verified) << "what was known stays known";
}

TEST_P(ExchangeService, ATestRemembersWhatTheExchangeSays) {
  const auto anna = add_user();
  EXPECT_EQ(outcome_of(test(anna)), "not-configured");
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  clock.advance(1h);
  exchange_says(verification::refused, "Apikey does not exist");
  const auto told = test(anna).value();
  EXPECT_EQ(told.how, outcome::error);
  EXPECT_EQ(told.now.what, state::invalid);
  EXPECT_EQ(told.now.message, "Apikey does not exist");
  EXPECT_EQ(told.now.verified_at, noon) << "when it held last";
  EXPECT_EQ(told.now.changed_at, noon);
  EXPECT_EQ(exchange.sent.at(1), exchange.sent.at(0));
  exchange.fault = base::error{base::errc::too_many_requests};
  EXPECT_EQ(outcome_of(test(anna)), "too-many-requests");
}

TEST_P(ExchangeService, WhatIsRemovedWhileItIsTestedStaysRemoved) {
  const auto anna = add_user();
  for (const bool has_record : {true, false}) {
    SCOPED_TRACE(has_record);
    exchange.meanwhile = {};
    exchange_says(verification::confirmed);
    ASSERT_TRUE(save(anna).has_value());
    if (!has_record) write("DELETE FROM exchange_settings");
    exchange.meanwhile = [this, anna] {
      EXPECT_TRUE(await_on(1, exchange_settings().remove(anna, by(anna))).get().has_value());
    };
    EXPECT_EQ(outcome_of(await_on(0, exchange_settings().test(anna, still())).get()), "not-configured");
    EXPECT_EQ(count("exchange_settings"), 0);
  }
}

TEST_P(ExchangeService, ATestOfAnAccountThatIsDeletedMeanwhileLeavesNothing) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  exchange.meanwhile = [this] { write("DELETE FROM users"); };
  EXPECT_EQ(outcome_of(await_on(0, exchange_settings().test(anna, still())).get()), "not-configured");
  EXPECT_EQ(count("exchange_settings") + count("vault_user_keys"), 0);
}

TEST_P(ExchangeService, WhatIsSaidOfAKeyIsNotSaidOfTheNextOne) {
  const auto anna = add_user();
  exchange_says(verification::not_verified);
  ASSERT_TRUE(save(anna).has_value());
  exchange.meanwhile = [this, anna] {
    EXPECT_TRUE(await_on(1, service->save_user_secret(anna, "bitget_api_key", vault::secret("another"), {}, by(anna)))
                    .get()
                    .has_value());
  };
  exchange_says(verification::confirmed);
  EXPECT_EQ(await_on(0, exchange_settings().test(anna, still())).get().value().now.what, state::not_verified);
}

// However long the exchange takes, what was revoked writes nothing.
TEST_P(ExchangeService, WhoseSessionEndsWhileTheExchangeIsAskedChangesNothing) {
  const auto anna = add_user();
  exchange.meanwhile = [this] { is_over = true; };
  for (const auto said : {verification::confirmed, verification::not_verified, verification::refused}) {
    is_over = false;
    exchange_says(said);
    EXPECT_EQ(outcome_of(save(anna)), "invalid-token");
    EXPECT_EQ(count("vault_user_keys") + count("exchange_settings"), 0);
  }
  EXPECT_EQ(acts("settings.saved"), 0);

  exchange.meanwhile = {};
  is_over = false;
  exchange_says(verification::not_verified);
  ASSERT_TRUE(save(anna).has_value());
  exchange.meanwhile = [this] { is_over = true; };
  for (const auto said : {verification::confirmed, verification::not_verified, verification::refused}) {
    is_over = false;
    exchange_says(said);
    EXPECT_EQ(outcome_of(test(anna)), "invalid-token");
    EXPECT_EQ(view(anna).what, state::not_verified);
  }
}

// A key only ever travels to the host it was saved for: the operator may name another one meanwhile.
TEST_P(ExchangeService, AKeyIsNotSentToAnotherHost) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  exchange.host = "https://exchange.example";
  EXPECT_EQ(outcome_of(test(anna)), "credentials-elsewhere");
  EXPECT_EQ(exchange.sent.size(), 1u);
  ASSERT_TRUE(save(anna).has_value());
  EXPECT_EQ(test(anna).value().how, outcome::success);
}

TEST_P(ExchangeService, AKeyIsNotSentWhereItsRowWasPointed) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  exchange.host = "https://exchange.example";
  write("UPDATE exchange_settings SET host = 'https://exchange.example'");
  EXPECT_EQ(outcome_of(test(anna)), "credentials-elsewhere");
  EXPECT_EQ(exchange.sent.size(), 1u);
}

// As an import leaves them: the predecessor knew one exchange.
TEST_P(ExchangeService, SecretsWithoutARecordBelongToTheExchangeItself) {
  const auto anna = add_user();
  for (const auto name : exchange_secret_names)
    ASSERT_TRUE(vault_fixture::save(anna, std::string(name), "an imported value of some length").has_value());
  EXPECT_EQ(view(anna).what, state::not_verified);
  exchange.host = "https://exchange.example";
  EXPECT_EQ(outcome_of(test(anna)), "credentials-elsewhere");
  exchange.host = exchange_home;
  exchange_says(verification::confirmed);
  EXPECT_EQ(test(anna).value().now.what, state::verified);
  EXPECT_EQ(view(anna).what, state::verified);
  ASSERT_TRUE(vault_fixture::save(anna, "bitget_api_key", "another value of some length").has_value());
  EXPECT_EQ(view(anna).what, state::not_verified);
}

// Their versions begin at 1 again; what was said of others says nothing of them.
TEST_P(ExchangeService, SecretsThatWereMadeAnewAreNotVerified) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  for (const auto name : exchange_secret_names) {
    ASSERT_TRUE(await(service->destroy_user_secret(anna, std::string(name), by(anna))).has_value());
    ASSERT_TRUE(vault_fixture::save(anna, std::string(name), "another value of some length").has_value());
  }
  EXPECT_EQ(view(anna).what, state::not_verified);
  EXPECT_EQ(view(anna).api_key_masked, "****ngth");
}

TEST_P(ExchangeService, FieldsAreNamedAsTyped) {
  const auto anna = add_user();
  base::error bad{base::errc::invalid_input};
  bad.fields = {{"/key", "required", ""}, {"/secret", "too_long", ""}, {"/passphrase", "not_allowed", ""}};
  exchange.fault = bad;
  const auto told = save(anna);
  ASSERT_TRUE(told.has_error());
  EXPECT_EQ(told.error().fields[0].path, "/api_key");
  EXPECT_EQ(told.error().fields[1].path, "/api_secret");
  EXPECT_EQ(told.error().fields[2].path, "/passphrase");
}

TEST_P(ExchangeService, WhatIsRemovedLeavesNothing) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  EXPECT_FALSE(await(exchange_settings().remove(anna, by(anna))).value().now.is_configured);
  EXPECT_EQ(acts("settings.removed"), 0);
  ASSERT_TRUE(save(anna).has_value());
  EXPECT_FALSE(await(exchange_settings().remove(anna, by(anna))).value().now.is_configured);
  EXPECT_EQ(count("vault_versions"), 0);
  EXPECT_EQ(count("exchange_settings"), 0);
  EXPECT_EQ(acts("secret.destroyed"), 3);
  EXPECT_EQ(acts("settings.removed"), 1);
}

TEST_P(ExchangeService, ASecretThatCannotBeReadGivesWayOnlyToThoseWhoInsist) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  EXPECT_EQ(write("UPDATE vault_versions SET token = 'gAAAAA'" + of(anna, "bitget_passphrase")), 1);
  EXPECT_EQ(view(anna).what, state::unreadable);
  EXPECT_EQ(outcome_of(test(anna)), "secret-unreadable");
  EXPECT_EQ(outcome_of(save(anna)), "secret-unreadable");
  EXPECT_EQ(count("vault_versions"), 3);
  EXPECT_EQ(count("audit_log WHERE action = 'secret.unreadable' AND detail LIKE '%bitget_passphrase%'"), 1);
  EXPECT_EQ(acts("secret.unreadable"), 1) << "and none that can be read";
  EXPECT_EQ(view(anna).what, state::unreadable);
  EXPECT_EQ(save(anna, withdrawal::refused, unreadable::replace).value().now.what, state::verified);
  EXPECT_EQ(get(anna, "bitget_passphrase"), "planted pass");
}

TEST_P(ExchangeService, ASecretThatCannotBeReadIsRemovedWithTheOthers) {
  const auto anna = add_user();
  exchange_says(verification::confirmed);
  ASSERT_TRUE(save(anna).has_value());
  EXPECT_EQ(write("UPDATE vault_versions SET token = 'gAAAAA'" + of(anna, "bitget_passphrase")), 1);
  EXPECT_FALSE(await(exchange_settings().remove(anna, by(anna))).value().now.is_configured);
  EXPECT_EQ(count("vault_versions"), 0);
}

}  // namespace kontor::settings
