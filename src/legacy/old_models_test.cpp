#include "legacy/old_models.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <utility>

namespace kontor::legacy {
namespace {

const base::timestamp written_at = base::from_microseconds(1'800'000'000'123'456);

std::vector<planned_secret> secrets_of(std::initializer_list<std::pair<const char*, std::string_view>> entries) {
  std::vector<planned_secret> out;
  for (const auto& [name, value] : entries)
    out.push_back({.name = name, .value = base::secret_bytes(value)});
  return out;
}
std::map<std::string, std::string> texts_of(const std::vector<planned_secret>& secrets) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : secrets)
    out.emplace(name, value.text());
  return out;
}

// Whatever is not https counts as refused, and what has no scheme as no address.
base::result<std::string> origin(std::string_view address, settings::named_by who) {
  const auto begin = address.find("://");
  if (begin == std::string_view::npos) return base::error{base::errc::invalid_input};
  if (who == settings::named_by::user && !address.starts_with("https:"))
    return base::error{base::errc::invalid_input, "address-refused"};
  return std::string(address.substr(0, address.find('/', begin + 3)));
}

moving_plan planned(std::vector<planned_secret> secrets) {
  moving_plan plan;
  plan.users.emplace_back();
  plan.users[0].account.email = "ann@example.com";
  plan.users[0].secrets = std::move(secrets);
  plan_models(plan, origin, written_at);
  return plan;
}

struct left_out_row {
  std::vector<planned_secret> secrets;
  const char* why;
};

}  // namespace

TEST(OldModels, AzureIsFoundAmongTheSecrets) {
  const auto plan = planned(secrets_of({{"llm_provider", "azure"},
                                        {"llm_model", "gpt-4o"},
                                        {"azure_openai_deployment", " gpt-4o\n"},
                                        {"azure_openai_endpoint", " https://desk.openai.azure.com/ "},
                                        {"azure_openai_api_version", "2024-10-21"},
                                        {"azure_openai_api_version_auto", "false"},
                                        {"azure_openai_api_key", "a-planted-key"}}));
  ASSERT_TRUE(plan.users[0].model.has_value());
  const auto& model = *plan.users[0].model;
  EXPECT_EQ(model.kind, settings::llm_kind::azure);
  EXPECT_EQ(model.address, "https://desk.openai.azure.com/");
  EXPECT_EQ(model.host, "https://desk.openai.azure.com");
  EXPECT_EQ(model.model, "gpt-4o");
  EXPECT_EQ(model.api_version, "2024-10-21");
  EXPECT_EQ(model.what, settings::state::not_verified);
  EXPECT_EQ(model.changed_at, written_at);
  EXPECT_FALSE(model.key_seal.has_value()) << "the key has none before it is saved";
  EXPECT_TRUE(plan.notes.empty());
  EXPECT_EQ(plan.users[0].secrets.size(), 7U) << "they stay";
  EXPECT_TRUE(tell_the_same(plan.users[0].secrets, model));
}

TEST(OldModels, AnAddressThatUsersMayNotNameIsTakenAndSaid) {
  const auto plan = planned(
      secrets_of({{"llm_provider", "ollama"}, {"llm_model", "llama3"}, {"llm_base_url", "http://10.0.0.7:11434"}}));
  ASSERT_TRUE(plan.users[0].model.has_value());
  EXPECT_EQ(plan.users[0].model->kind, settings::llm_kind::ollama);
  EXPECT_EQ(plan.users[0].model->host, "http://10.0.0.7:11434");
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_NE(plan.notes[0].find("http://10.0.0.7:11434"), std::string::npos);
  EXPECT_NE(plan.notes[0].find("EGRESS_ALLOW"), std::string::npos);
}

TEST(OldModels, WhatCannotBeUsedIsSaid) {
  std::vector<left_out_row> rows;
  rows.push_back({secrets_of({{"llm_provider", "another\n"}}), "nobody knows the provider another"});
  rows.push_back({secrets_of({{"llm_provider", "ollama"}}), "base_url must not be empty"});
  rows.push_back({secrets_of({{"llm_provider", "ollama"}, {"llm_base_url", "nowhere"}}), "the address"});
  rows.push_back({secrets_of({{"llm_provider", "azure"}, {"azure_openai_api_key", "a-planted-key"}}), "endpoint must"});
  rows.push_back({secrets_of({{"llm_provider", "azure"}, {"azure_openai_endpoint", "https://a.example"}}), "the key"});
  rows.push_back({secrets_of({{"llm_provider", "azure"},
                              {"azure_openai_endpoint", "https://a.example"},
                              {"azure_openai_api_key", "a-planted-key"}}),
                  "model must name the deployment"});
  rows.push_back({secrets_of({{"llm_provider", "azure"},
                              {"llm_model", "m"},
                              {"azure_openai_endpoint", "https://a.example"},
                              {"azure_openai_api_key", "a-planted-key "}}),
                  "api_key must"});
  for (auto& row : rows) {
    const auto plan = planned(std::move(row.secrets));
    EXPECT_FALSE(plan.users[0].model.has_value()) << row.why;
    ASSERT_EQ(plan.notes.size(), 1U) << row.why;
    EXPECT_NE(plan.notes[0].find(row.why), std::string::npos) << plan.notes[0];
    EXPECT_EQ(plan.notes[0].find("a-planted-key"), std::string::npos);
  }
  EXPECT_TRUE(planned(secrets_of({{"bitget_api_key", "a-planted-key"}})).notes.empty());
}

TEST(OldModels, WhatIsWrittenBackTellsTheSame) {
  settings::llm_record azure;
  azure.kind = settings::llm_kind::azure;
  azure.address = "https://desk.openai.azure.com";
  azure.model = "gpt-4o";
  settings::llm_record openai;
  openai.address = settings::openai_address;
  settings::llm_record ollama;
  ollama.kind = settings::llm_kind::ollama;
  ollama.address = "https://ollama.example";
  ollama.model = "llama3";
  auto older = azure;
  older.api_version = "2024-10-21";
  for (const auto& stored : {azure, older, openai, ollama}) {
    auto secrets = secrets_of({{"llm_provider", "azure"},
                               {"llm_base_url", "https://an.older.example"},
                               {"azure_openai_endpoint", "https://an.older.example"},
                               {"azure_openai_api_version", "2023-01-01"},
                               {"azure_openai_api_version_auto", "false"},
                               {"azure_openai_api_key", "a-planted-key"},
                               {"bitget_api_key", "another"}});
    EXPECT_FALSE(tell_the_same(secrets, stored));
    replace_model(secrets, stored);
    EXPECT_TRUE(tell_the_same(secrets, stored)) << stored.address;
    const auto texts = texts_of(secrets);
    EXPECT_EQ(texts.at("azure_openai_api_key") + " " + texts.at("bitget_api_key"), "a-planted-key another");
    for (const auto& [name, value] : texts)
      EXPECT_EQ(value.find("older"), std::string::npos) << name;
    EXPECT_EQ(texts.contains("azure_openai_api_version"), !stored.api_version.empty());
    replace_model(secrets, std::nullopt);
    EXPECT_EQ(secrets.size(), 2U);
  }
}

}  // namespace kontor::legacy
