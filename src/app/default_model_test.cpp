#include "desk/default_model.hpp"

#include "app/settings.hpp"

#include <gtest/gtest.h>

namespace kontor::app {
namespace {

using values = std::map<std::string, std::string>;

base::result<config> loaded(values environment) {
  return load_config({.flags = {}, .environment = std::move(environment), .env_file = {}});
}

std::string sentence(values environment) {
  const auto told = loaded(std::move(environment));
  return told.has_error() ? told.error().detail : "(accepted)";
}

}  // namespace

TEST(DefaultModel, IsNoneUnlessAProviderIsChosen) {
  const auto told = loaded({{"OPENAI_API_KEY", "planted-key"}, {"OPENAI_MODEL", "gpt-4o"}}).value();
  EXPECT_FALSE(told.model.provider.has_value());
  EXPECT_EQ(desk::missing_in(told.model), "");
  EXPECT_FALSE(desk::offer_of(told.model).has_value());
}

TEST(DefaultModel, EachProviderIsAskedWithItsOwnSettings) {
  const values all{{"OPENAI_MODEL", "gpt-4o"},
                   {"OPENAI_API_KEY", "planted-key-of-openai"},
                   {"AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com"},
                   {"AZURE_OPENAI_DEPLOYMENT", "desk"},
                   {"AZURE_OPENAI_API_KEY", "planted-key-of-azure"},
                   {"OLLAMA_MODEL", "llama3.2"}};
  const auto target = [&](const char* provider, values more = {}) {
    auto given = all;
    given.merge(more);
    given["LLM_PROVIDER"] = provider;
    return desk::target_of(loaded(std::move(given)).value().model);
  };
  const auto openai = target("openai");
  EXPECT_EQ(openai.provider, settings::llm_provider::openai);
  EXPECT_EQ(openai.who, settings::named_by::operator_of_program);
  EXPECT_EQ(openai.address, "https://api.openai.com/v1");
  EXPECT_EQ(openai.key.text(), "planted-key-of-openai");
  EXPECT_EQ(openai.key_origin, "https://api.openai.com");
  EXPECT_EQ(openai.model, "gpt-4o");
  const auto azure = target("azure");
  EXPECT_EQ(azure.provider, settings::llm_provider::azure_v1);
  EXPECT_EQ(azure.key.text(), "planted-key-of-azure");
  EXPECT_EQ(azure.key_origin, "https://a.openai.azure.com");
  EXPECT_EQ(azure.model, "desk");
  const auto classic = target("azure", {{"AZURE_OPENAI_API_VERSION", "2024-10-21"}});
  EXPECT_EQ(classic.provider, settings::llm_provider::azure_deployments);
  EXPECT_EQ(classic.api_version, "2024-10-21");
  const auto ollama = target("ollama");
  EXPECT_EQ(ollama.address, "http://localhost:11434");
  EXPECT_TRUE(ollama.key.empty());
  EXPECT_EQ(ollama.model, "llama3.2");
}

TEST(DefaultModel, WhatIsMissingOrWrongStopsTheStart) {
  EXPECT_EQ(sentence({{"LLM_PROVIDER", "openai"}}), "OPENAI_MODEL must be set when LLM_PROVIDER is openai.");
  EXPECT_EQ(sentence({{"LLM_PROVIDER", "ollama"}}), "OLLAMA_MODEL must be set when LLM_PROVIDER is ollama.");
  EXPECT_EQ(sentence({{"LLM_PROVIDER", "azure"}}), "AZURE_OPENAI_ENDPOINT must be set when LLM_PROVIDER is azure.");
  EXPECT_EQ(sentence({{"LLM_PROVIDER", "azure"},
                      {"AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com"},
                      {"AZURE_OPENAI_DEPLOYMENT", "desk"}}),
            "AZURE_OPENAI_API_KEY must be set when LLM_PROVIDER is azure.");
  for (const auto& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{
           {"LLM_PROVIDER", "anthropic"},
           {"OPENAI_BASE_URL", "api.openai.com"},
           {"OPENAI_BASE_URL", "https://api.openai.com/v1?x=1"},
           {"AZURE_OPENAI_ENDPOINT", "https://user:planted@a.example"},
           {"OLLAMA_BASE_URL", "file:///planted"},
           {"OLLAMA_MODEL", std::string(257, 'm')},
           {"OPENAI_MODEL", "planted\nname"},
           {"OPENAI_API_KEY", "planted key"},
           {"AZURE_OPENAI_API_KEY", std::string(4097, 'k')}}) {
    const auto told = sentence({{name, value}});
    EXPECT_TRUE(told.starts_with(name + " must ")) << name << ": " << told;
    EXPECT_EQ(told.find("planted"), std::string::npos) << told;
  }
}

}  // namespace kontor::app
