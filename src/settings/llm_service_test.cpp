#include "settings/llm_service.hpp"

#include "settings/settings_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::settings {
namespace {

using vault::outcome_of;

constexpr auto example = "https://api.example/v1";

struct LlmService : settings_fixture {
  base::result<llm_outcome> save(const base::user_id& owner, llm_wish wish) {
    return await(llm_settings().save(owner, std::move(wish), by(owner)));
  }
  base::result<llm_outcome> test(const base::user_id& owner) { return await(llm_settings().test(owner)); }
  llm_view view(const base::user_id& owner) { return await(llm_settings().get(owner)).value(); }
};
INSTANTIATE_TEST_SUITE_P(Databases, LlmService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(LlmService, SettingsAreSavedWithoutAskingAnybody) {
  const auto anna = add_user();
  const auto bert = add_user();
  EXPECT_FALSE(view(anna).stored.has_value());
  auto wanted = wish(llm_kind::openai, example, "planted-key-of-twenty-characters");
  wanted.model = "a-model";
  const auto saved = save(anna, std::move(wanted)).value();
  EXPECT_EQ(saved.how, outcome::success);
  EXPECT_EQ(saved.now.what, state::not_verified);
  EXPECT_EQ(saved.now.stored->host, "https://api.example");
  EXPECT_EQ(saved.now.stored->model, "a-model");
  EXPECT_EQ(saved.now.api_key_masked, "****ters");
  EXPECT_TRUE(provider.sent.empty());
  EXPECT_EQ(get(anna, "openai_api_key"), "planted-key-of-twenty-characters");
  EXPECT_FALSE(view(bert).stored.has_value());
  EXPECT_EQ(acts("settings.saved"), 1);
}

TEST_P(LlmService, AnAddressThatIsClosedIsRefused) {
  const auto anna = add_user();
  const auto told = save(anna, wish(llm_kind::azure, "https://closed.example", "k"));
  ASSERT_TRUE(told.has_error());
  EXPECT_EQ(told.error().type, "address-refused");
  EXPECT_EQ(told.error().fields.at(0).path, "/endpoint");
  EXPECT_EQ(count("llm_settings"), 0);
  EXPECT_EQ(save(anna, wish(llm_kind::ollama, "https://closed.example")).error().fields.at(0).path, "/base_url");
}

// LobeChat GHSA-p36r-qxgx-jq2v
TEST_P(LlmService, AnotherAddressNeedsItsOwnKey) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, example, "planted-key")).has_value());
  for (const char* other : {"https://evil.example/v1", "https://api.example:8443/v1"}) {
    const auto told = save(anna, wish(llm_kind::openai, other));
    EXPECT_EQ(outcome_of(told), "credentials-elsewhere");
    EXPECT_EQ(told.error().fields.at(0).path, "/api_key");
  }
  EXPECT_EQ(outcome_of(save(anna, wish(llm_kind::azure, example))), "credentials-elsewhere");
  EXPECT_EQ(view(anna).stored->address, example);

  // Another path of the same host keeps it.
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, "https://api.example/v2")).has_value());
  ASSERT_TRUE(test(anna).has_value());
  EXPECT_EQ(provider.sent, std::vector<std::string>{"https://api.example/v2 planted-key for https://api.example"});

  // Who gives it up cannot bring it back behind our back.
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, "https://evil.example/v1", "")).has_value());
  EXPECT_EQ(get(anna, "openai_api_key"), "not-found");
  ASSERT_TRUE(vault_fixture::save(anna, "openai_api_key", "planted-key").has_value());
  ASSERT_TRUE(test(anna).has_value());
  EXPECT_EQ(provider.sent.back(), "https://evil.example/v1  for https://evil.example");
}

// A key that was saved elsewhere than here belongs to no host.
TEST_P(LlmService, AKeyThatWasExchangedInTheVaultIsNotSent) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, example, "planted-key")).has_value());
  ASSERT_TRUE(vault_fixture::save(anna, "openai_api_key", "another-key").has_value());
  EXPECT_EQ(outcome_of(test(anna)), "credentials-elsewhere");
  EXPECT_TRUE(provider.sent.empty());
  EXPECT_FALSE(view(anna).api_key_masked.has_value());
  ASSERT_TRUE(await(service->delete_user_secret(anna, "openai_api_key", by(anna))).has_value());
  EXPECT_EQ(outcome_of(test(anna)), "credentials-elsewhere");
}

TEST_P(LlmService, AnotherProviderTakesTheOldKeyAway) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, example, "planted-key")).has_value());
  ASSERT_TRUE(save(anna, wish(llm_kind::azure, "https://a.openai.azure.com", "azure-key")).has_value());
  EXPECT_EQ(get(anna, "openai_api_key"), "not-found");
  EXPECT_EQ(get(anna, "azure_openai_api_key"), "azure-key");
  ASSERT_TRUE(test(anna).has_value());
  EXPECT_EQ(provider.asked, llm_provider::azure_v1);
  auto older = wish(llm_kind::azure, "https://a.openai.azure.com/");
  older.api_version = "2024-08-01-preview";
  ASSERT_TRUE(save(anna, std::move(older)).has_value());
  ASSERT_TRUE(test(anna).has_value());
  EXPECT_EQ(provider.asked, llm_provider::azure_deployments);
}

TEST_P(LlmService, SomeTakeNobodyWithoutAKey) {
  const auto anna = add_user();
  for (auto* const kind : {"openai", "azure"}) {
    const auto told = save(anna, wish(*parse_llm_kind(kind), std::string(kind) == "azure" ? "https://a.example" : ""));
    ASSERT_TRUE(told.has_error()) << kind;
    EXPECT_EQ(told.error().fields.at(0).path, "/api_key");
    EXPECT_EQ(told.error().fields.at(0).code, "required");
  }
  EXPECT_TRUE(save(anna, wish(llm_kind::openai, example)).has_value());
  EXPECT_TRUE(save(anna, wish(llm_kind::ollama, "https://ollama.example")).has_value());
  EXPECT_EQ(view(anna).api_key_masked, std::nullopt);
  EXPECT_EQ(save(anna, wish(llm_kind::openai, "", "planted-key")).value().now.stored->address, openai_address);
}

TEST_P(LlmService, ATestRemembersWhatTheProviderSays) {
  const auto anna = add_user();
  EXPECT_EQ(outcome_of(test(anna)), "not-configured");
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, example, "planted-key")).has_value());
  clock.advance(1h);
  provider.verdict.outcome = verification::confirmed;
  provider.verdict.models = {"a", "b"};
  auto told = test(anna).value();
  EXPECT_EQ(told.how, outcome::success);
  EXPECT_EQ(told.models, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(told.now.what, state::verified);
  EXPECT_EQ(told.now.stored->verified_at, noon + 1h);

  provider.verdict.model_is_listed = false;
  EXPECT_EQ(test(anna).value().how, outcome::warning);

  provider.verdict = {};
  provider.verdict.message = "The host was not found.";
  told = test(anna).value();
  EXPECT_EQ(told.how, outcome::warning);
  EXPECT_EQ(told.message, "The host was not found.");
  EXPECT_EQ(told.now.what, state::verified) << "what was known stays known";

  provider.verdict.outcome = verification::refused;
  provider.verdict.message = "Incorrect API key provided.";
  told = test(anna).value();
  EXPECT_EQ(told.how, outcome::error);
  EXPECT_EQ(told.now.what, state::invalid);
  EXPECT_EQ(told.now.stored->message, "Incorrect API key provided.");
  EXPECT_EQ(save(anna, wish(llm_kind::openai, example)).value().now.what, state::not_verified);

  base::error refused{base::errc::invalid_input, "address-refused"};
  refused.fields.push_back({"/address", "not_allowed", ""});
  provider.fault = refused;
  const auto closed = test(anna);
  ASSERT_TRUE(closed.has_error());
  EXPECT_EQ(closed.error().fields.at(0).path, "/base_url");
}

TEST_P(LlmService, WhatIsRemovedLeavesNothing) {
  const auto anna = add_user();
  ASSERT_TRUE(await(llm_settings().remove(anna, by(anna))).has_value());
  EXPECT_EQ(acts("settings.removed"), 0);
  ASSERT_TRUE(save(anna, wish(llm_kind::openai, example, "planted-key")).has_value());
  EXPECT_FALSE(await(llm_settings().remove(anna, by(anna))).value().now.stored.has_value());
  EXPECT_EQ(count("llm_settings"), 0);
  EXPECT_EQ(count("vault_versions"), 0);
  EXPECT_EQ(acts("settings.removed"), 1);
}

TEST_P(LlmService, ATargetHasTheKeyOfItsOwnerAndOfNobodyElse) {
  const auto target = [this](const base::user_id& owner) { return await(llm_settings().target_of(owner)); };
  const auto anna = add_user();
  const auto bert = add_user();
  EXPECT_EQ(outcome_of(target(anna)), "not-configured");
  auto wanted = wish(llm_kind::azure, "https://a.example", "planted-key-of-anna");
  wanted.api_version = "2024-10-21";
  ASSERT_TRUE(save(anna, std::move(wanted)).has_value());
  ASSERT_TRUE(save(bert, wish(llm_kind::ollama, "https://b.example", "")).has_value());
  const auto of_anna = target(anna).value();
  EXPECT_EQ(of_anna.provider, llm_provider::azure_deployments);
  EXPECT_EQ(of_anna.who, named_by::user);
  EXPECT_EQ(of_anna.address, "https://a.example");
  EXPECT_EQ(of_anna.key.text(), "planted-key-of-anna");
  EXPECT_EQ(of_anna.key_origin, "https://a.example");
  EXPECT_EQ(of_anna.model, "a-deployment");
  EXPECT_EQ(of_anna.api_version, "2024-10-21");
  EXPECT_TRUE(target(bert).value().key.empty());
  // Another key than the one that was saved with the address belongs to no address.
  ASSERT_TRUE(vault_fixture::save(anna, "azure_openai_api_key", "planted-other-key").has_value());
  EXPECT_EQ(outcome_of(target(anna)), "credentials-elsewhere");
  EXPECT_TRUE(provider.sent.empty());
}

}  // namespace kontor::settings
