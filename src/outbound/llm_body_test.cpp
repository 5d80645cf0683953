#include "outbound/llm_body.hpp"

#include "outbound/llm_question.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::outbound {
namespace {

using settings::llm_provider;

settings::llm_target target(llm_provider provider, std::string version = "") {
  settings::llm_target out;
  out.provider = provider;
  out.model = "gpt-4o";
  out.api_version = std::move(version);
  return out;
}

chat::model_request question_of(std::int64_t most = 512) {
  return {.messages = {{"system", "You are a market assistant."}, {"user", "Price of BTC?"}},
          .max_output_tokens = most};
}

boost::json::value said(const settings::llm_target& to, const chat::model_request& what) {
  return boost::json::parse(chat_body(to, what, dialect_of(to)));
}

web_response refusal(long status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

}  // namespace

TEST(LlmBody, OfOpenAiIsTheRecordedOne) {
  EXPECT_EQ(said(target(llm_provider::openai), question_of()),
            test::vector_json("llm/openai-requests.json").at("stream"));
  EXPECT_EQ(said(target(llm_provider::azure_v1), question_of()),
            test::vector_json("llm/openai-requests.json").at("stream"));
  EXPECT_FALSE(said(target(llm_provider::openai), question_of(0)).as_object().contains("max_completion_tokens"));
}

TEST(LlmBody, TextIsSentAsItIs) {
  const std::string text = "quote \" back\\slash\n\ttab </script> \xe2\x80\xa8 \xf0\x9f\x9a\x80 \x01";
  for (const auto provider : {llm_provider::openai, llm_provider::ollama}) {
    const auto body = said(target(provider), {.messages = {{"user", text}}});
    EXPECT_EQ(test::text_at(body.at("messages").at(0), "content"), text);
  }
}

TEST(LlmBody, OfAzureDependsOnTheVersion) {
  struct {
    const char* version;
    bool is_new;
  } const cases[] = {{"2024-10-21", true},
                     {"2024-09-01-preview", true},
                     {"2025-01-01-preview", true},
                     {"2024-08-01-preview", false},
                     {"2024-08-31", false},
                     {"2023-05-15", false},
                     {"preview", true},
                     {"", true},
                     {"2024", true}};
  for (const auto& each : cases) {
    const auto body = said(target(llm_provider::azure_deployments, each.version), question_of()).as_object();
    EXPECT_FALSE(body.contains("model")) << "the path has it";
    EXPECT_TRUE(body.at("stream").as_bool());
    EXPECT_EQ(body.contains("stream_options"), each.is_new) << each.version;
    EXPECT_EQ(body.contains("max_completion_tokens"), each.is_new) << each.version;
    EXPECT_EQ(body.contains("max_tokens"), !each.is_new) << each.version;
  }
}

TEST(LlmBody, OfOllamaTellsTheWindow) {
  auto what = question_of();
  const auto body = said(target(llm_provider::ollama), what);
  EXPECT_EQ(test::text_at(body, "model"), "gpt-4o");
  EXPECT_TRUE(body.at("stream").as_bool());
  EXPECT_EQ(body.at("options").at("num_ctx").as_int64(), 8'192);
  EXPECT_EQ(body.at("options").at("num_predict").as_int64(), 512);
  EXPECT_FALSE(body.as_object().contains("stream_options"));
  what.context_window = 32'000;
  what.max_output_tokens = 0;
  const auto options = said(target(llm_provider::ollama), what).at("options").as_object();
  EXPECT_EQ(options.at("num_ctx").as_int64(), 32'000);
  EXPECT_FALSE(options.contains("num_predict"));
}

TEST(LlmBody, AMessageOfAToolIsNoneWithoutItsCall) {
  const chat::model_request what{.messages = {{"tool", "[1]"}}};
  EXPECT_EQ(test::text_at(said(target(llm_provider::openai), what).at("messages").at(0), "role"), "user");
  EXPECT_EQ(test::text_at(said(target(llm_provider::ollama), what).at("messages").at(0), "role"), "tool");
}

TEST(LlmDialect, WhatIsNotKnownIsLeftOut) {
  using enum llm_dialect::limit_name;
  const llm_dialect full;
  const llm_dialect without_usage{.asks_for_usage = false};
  const llm_dialect older{.asks_for_usage = true, .limit = max_tokens};
  const llm_dialect simplest{.asks_for_usage = false, .limit = max_tokens};
  struct {
    llm_dialect said;
    long status;
    const char* body;
    std::optional<llm_dialect> then;
  } const cases[] = {
      {full, 400, R"({"error":{"message":"Unrecognized request argument supplied: stream_options"}})", without_usage},
      {full, 422, R"({"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"]}]})", older},
      {without_usage, 400, R"({"error":{"param":"max_completion_tokens"}})", simplest},
      {older, 400, "stream_options", simplest},
      {without_usage, 400, "stream_options", std::nullopt},
      {simplest, 400, "stream_options max_completion_tokens", std::nullopt},
      {full, 400, R"({"error":{"message":"max_tokens is not good"}})", std::nullopt},
      {full, 400, R"({"error":{"message":"max_completion_tokens is too large: 100000"}})", std::nullopt},
      {full, 400, R"({"error":{"code":"context_length_exceeded","message":"max_completion_tokens"}})", std::nullopt},
      {full, 401, "stream_options", std::nullopt},
      {full, 500, "stream_options", std::nullopt},
      {full, 400, "", std::nullopt},
  };
  for (const auto& each : cases)
    EXPECT_EQ(simpler_dialect(each.said, refusal(each.status, each.body)), each.then) << each.body;
}

TEST(LlmBody, WindowsOfModels) {
  struct {
    llm_provider provider;
    const char* model;
    std::int64_t tokens;
  } const cases[] = {{llm_provider::openai, "gpt-4o-2024-08-06", 128'000},
                     {llm_provider::openai, "GPT-4o-mini", 128'000},
                     {llm_provider::openai, "gpt-4", 8'192},
                     {llm_provider::openai, "gpt-4-0613", 8'192},
                     {llm_provider::openai, "gpt-4-turbo", 128'000},
                     {llm_provider::openai, "gpt-4.1-nano", 1'047'576},
                     {llm_provider::openai, "gpt-5-mini", 400'000},
                     {llm_provider::openai, "o3-mini", 200'000},
                     {llm_provider::openai, "openai/o1", 200'000},
                     {llm_provider::openai, "turbo3", 32'768},
                     {llm_provider::openai, "", 32'768},
                     {llm_provider::azure_v1, "desk-gpt-4o", 128'000},
                     {llm_provider::azure_deployments, "gpt-35-turbo", 16'385},
                     {llm_provider::azure_v1, "my-deployment", 32'768},
                     {llm_provider::ollama, "gpt-4o", 8'192},
                     {llm_provider::ollama, "llama3.2", 8'192}};
  for (const auto& each : cases)
    EXPECT_EQ(context_window_of(each.provider, each.model), each.tokens) << each.model;
}

TEST(LlmQuestion, GoesWhereEachProviderListens) {
  const auto url = [](llm_provider provider, const char* address, const char* model = "gpt 4/x") {
    auto to = target(provider, "2024-10-21");
    to.model = model;
    return chat_url(to, read_address(address).value()).text();
  };
  EXPECT_EQ(url(llm_provider::openai, "https://api.openai.com/v1"), "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(url(llm_provider::openai, "https://gate.example/x/"), "https://gate.example/x/chat/completions");
  EXPECT_EQ(url(llm_provider::ollama, "http://ollama.lan:11434"), "http://ollama.lan:11434/api/chat");
  for (const char* const address :
       {"https://a.openai.azure.com", "https://a.openai.azure.com/", "https://a.openai.azure.com/openai/v1/"}) {
    EXPECT_EQ(url(llm_provider::azure_v1, address), "https://a.openai.azure.com/openai/v1/chat/completions");
    EXPECT_EQ(url(llm_provider::azure_deployments, address),
              "https://a.openai.azure.com/openai/deployments/gpt%204%2Fx/chat/completions?api-version=2024-10-21");
  }
}

}  // namespace kontor::outbound
