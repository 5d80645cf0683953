// Tools in what is said to providers, and what is done where a provider does not know them.
#include "outbound/llm_body.hpp"
#include "outbound/llm_client_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

using settings::llm_provider;
using test::web_server;

constexpr auto schema = R"({"type":"object","properties":{"symbol":{"type":"string"},"limit":{"type":"integer"}},)"
                        R"("required":["symbol"],"additionalProperties":false})";

chat::model_request question_with_tools(std::string arguments = R"({"symbol":"BTCUSDT","limit":5})") {
  chat::model_request out;
  out.messages = {
      {.role = "user", .content = "Compare"},
      {.role = "assistant",
       .content = "",
       .tool_calls = {{.id = "call_a", .name = "get_candles", .arguments = std::move(arguments)}}},
      {.role = "tool", .content = "[[1703762160000,43050.41]]", .tool_call_id = "call_a", .tool_name = "get_candles"}};
  out.tools = {{.name = "get_candles", .description = "Candles of a symbol", .parameters = schema}};
  return out;
}

boost::json::value said(llm_provider provider, const chat::model_request& what, llm_dialect how = {}) {
  settings::llm_target to;
  to.provider = provider;
  to.model = "gpt-4o";
  how.asks_for_usage = false;
  return boost::json::parse(chat_body(to, what, how));
}

web_response refused_with(long status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

struct LlmTools : LlmFixture {};

}  // namespace

TEST(LlmToolsBody, OfOpenAiIsTheRecordedOne) {
  const auto recorded = test::vector_json("llm/openai-requests.json").at("after_tools");
  EXPECT_EQ(said(llm_provider::openai, question_with_tools()), recorded);
  EXPECT_EQ(said(llm_provider::azure_v1, question_with_tools()), recorded);
  auto deployed = recorded.as_object();
  deployed.erase("model");
  EXPECT_EQ(said(llm_provider::azure_deployments, question_with_tools()), deployed);
}

TEST(LlmToolsBody, OfOllamaHasObjectsForArguments) {
  const auto body = said(llm_provider::ollama, question_with_tools());
  const auto recorded = test::vector_json("llm/openai-requests.json").at("after_tools");
  EXPECT_EQ(body.at("tools"), recorded.at("tools"));
  const auto& messages = body.at("messages").as_array();
  EXPECT_EQ(messages.at(1).at("tool_calls").at(0).at("function"),
            boost::json::parse(R"({"name":"get_candles","arguments":{"symbol":"BTCUSDT","limit":5}})"));
  EXPECT_EQ(messages.at(2), boost::json::parse(R"({"role":"tool","content":"[[1703762160000,43050.41]]",)"
                                               R"("tool_name":"get_candles","tool_call_id":"call_a"})"));
}

TEST(LlmToolsBody, ArgumentsThatAreNoObjectAreLeftOut) {
  for (const char* const broken : {"", "{half", "[1]", "\"text\"", "{} {}"}) {
    EXPECT_EQ(said(llm_provider::openai, question_with_tools(broken))
                  .at("messages")
                  .at(1)
                  .at("tool_calls")
                  .at(0)
                  .at("function")
                  .at("arguments"),
              "{}");
    EXPECT_EQ(said(llm_provider::ollama, question_with_tools(broken))
                  .at("messages")
                  .at(1)
                  .at("tool_calls")
                  .at(0)
                  .at("function")
                  .at("arguments"),
              boost::json::object());
  }
}

TEST(LlmToolsBody, WhoHasAskedForEnoughIsToldToAnswer) {
  auto what = question_with_tools();
  what.may_use = chat::tool_use::none;
  EXPECT_EQ(said(llm_provider::openai, what).at("tool_choice"), "none");
  EXPECT_TRUE(said(llm_provider::openai, what).as_object().contains("tools"));
  EXPECT_FALSE(said(llm_provider::ollama, what).as_object().contains("tools"));
}

TEST(LlmToolsBody, WhereTheyAreNotKnownResultsAreToldInWords) {
  for (const auto provider : {llm_provider::openai, llm_provider::ollama}) {
    const auto body = said(provider, question_with_tools(), {.knows_tools = false});
    EXPECT_FALSE(body.as_object().contains("tools"));
    EXPECT_FALSE(body.as_object().contains("tool_choice"));
    EXPECT_EQ(body.at("messages"), boost::json::parse(R"([{"role":"user","content":"Compare"},)"
                                                      R"({"role":"assistant","content":"I need get_candles )"
                                                      R"({\"symbol\":\"BTCUSDT\",\"limit\":5}"},)"
                                                      R"({"role":"user","content":"Result of get_candles: )"
                                                      R"([[1703762160000,43050.41]]"}])"));
  }
}

TEST(LlmToolsDialect, RefusalsOfToolsAreKnown) {
  const llm_dialect full;
  const llm_dialect without{.knows_tools = false};
  struct {
    long status;
    const char* body;
    bool is_about_tools;
  } const cases[] = {
      {400, R"({"error":"registry.example/llama2 does not support tools"})", true},
      {400, R"({"error":{"message":"Unrecognized request argument supplied: tools"}})", true},
      {422, R"({"detail":[{"type":"extra_forbidden","loc":["body","tool_choice"]}]})", true},
      {400, R"({"error":{"message":"This model does not support function calling."}})", true},
      {404, R"({"error":{"message":"No endpoints found that support tool use."}})", true},
      {404, R"({"error":{"message":"tools"}})", false},
      {400, R"({"error":{"code":"context_length_exceeded","message":"500 in the tools"}})", false},
      {500, R"({"error":"does not support tools"})", false},
      {400, R"({"error":"model is required"})", false},
  };
  for (const auto& each : cases) {
    const auto answer = refused_with(each.status, each.body);
    EXPECT_EQ(simpler_dialect(full, answer), each.is_about_tools ? std::optional(without) : std::nullopt) << each.body;
    EXPECT_EQ(simpler_dialect(without, answer), std::nullopt) << "asking again ends";
  }
}

TEST_F(LlmTools, AModelThatKnowsNoneIsAskedAgainWithoutThem) {
  const auto refusals = test::vector_json("llm/ollama-other.json").at("errors").as_array();
  for (const auto provider : {llm_provider::openai, llm_provider::ollama}) {
    web_server server([&](const web_server::request& asked, web_server::connection& connection) {
      if (boost::json::parse(asked.body).as_object().contains("tools"))
        return connection.write(web_server::answer(400, boost::json::serialize(refusals.at(1).at("body"))));
      connection.write(provider == llm_provider::openai
                           ? answer_saying("plain")
                           : "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
                             R"({"model":"m","message":{"content":"plain"},"done":true})"
                             "\n");
      return false;
    });
    EXPECT_EQ(heard(target(server.origin(), "planted-key", provider), question_with_tools()),
              (lines{"text plain", "done stop m"}));
    EXPECT_EQ(server.requests().size(), 2u);
    // What offers none and is refused for another reason is asked once.
    EXPECT_EQ(heard(target(server.origin(), "planted-key", provider)), (lines{"text plain", "done stop m"}));
    EXPECT_EQ(server.requests().size(), 3u);
  }
}

TEST_F(LlmTools, CallsComeBeforeTheEndInSingleBytes) {
  const auto body = test::vector_file("llm/openai-stream-tools.sse");
  web_server server([&](const auto&, web_server::connection& connection) {
    connection.write(stream_head);
    for (const char& c : body)
      if (!connection.write({&c, 1})) break;
    return false;
  });
  EXPECT_EQ(heard(target(server.origin()), question_with_tools()),
            (lines{R"(call call_a get_candles {"symbol":"BTCUSDT","limit":5})",
                   R"(call call_b get_ticker {"symbol":"ETHUSDT"})", "done tool_calls gpt-4o-2024-08-06"}));
}

}  // namespace kontor::outbound
