#include "chat/tool_calls.hpp"

#include "chat/chart_pin.hpp"
#include "chat/conversation_format.hpp"
#include "chat/llm_provider.hpp"
#include "json/parse.hpp"
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::chat {
namespace {

const std::vector<tool_call> two_calls{{.id = "a", .name = "get_candles", .arguments = R"({"symbol":"BTCUSDT"})"},
                                       {.id = "b", .name = "list_charts", .arguments = ""}};

message made(std::string role, std::string content = "") {
  message out{};
  out.role = std::move(role);
  out.content = std::move(content);
  return out;
}

message with_calls(std::string calls) {
  auto out = made("assistant");
  out.tool_calls = std::move(calls);
  return out;
}

message of_tool(std::optional<std::string> name) {
  auto out = made("tool", "42 is gold");
  out.tool_call_id = "a";
  out.tool_name = std::move(name);
  return out;
}

message read(const std::string& role, std::string_view body, std::string& refused) {
  const auto parsed = json::parse(body).value();
  json::object_reader in(parsed);
  auto out = made(role);
  read_tool_members(in, out);
  const auto done = in.finish();
  refused = done ? "" : tests::faults_of(done);
  return out;
}

std::string written(const message& what) {
  json::writer out;
  out.begin_object();
  write_tool_members(out, what);
  out.end_object();
  return std::move(out).str();
}

std::string call_of(std::size_t id, std::size_t name, std::size_t arguments) {
  return to_json(
      tool_call{.id = std::string(id, 'i'), .name = std::string(name, 'n'), .arguments = std::string(arguments, 'a')});
}

}  // namespace

TEST(ToolCalls, AreReadAsTheyWereWritten) {
  const auto text = to_json(two_calls);
  EXPECT_EQ(text, R"([{"id":"a","name":"get_candles","arguments":"{\"symbol\":\"BTCUSDT\"}"},)"
                  R"({"id":"b","name":"list_charts","arguments":""}])");
  const auto again = parse_tool_calls(text);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(to_json(again.front()), to_json(two_calls.front()));
  EXPECT_EQ(tool_calls_of(with_calls(text)).size(), 2U);
  EXPECT_TRUE(tool_calls_of(made("assistant")).empty());
}

TEST(ToolCalls, NothingElseIsTakenForThem) {
  for (const auto* const text :
       {"", "{", "7", "{}", "[]", "[7]", R"([{"id":"a","name":"b"}])", R"([{"id":"","name":"b","arguments":""}])",
        R"([{"id":"a","name":"","arguments":""}])", R"([{"id":"a","name":"b\n","arguments":""}])",
        R"([{"id":"a","name":"b","arguments":"","more":1}])"})
    EXPECT_TRUE(parse_tool_calls(text).empty()) << text;
}

TEST(ToolCalls, MembersOfAMessageBelongToItsRole) {
  struct row {
    std::string role, body, refused;
  };
  const std::string chart = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
  const auto pin = to_json(chart_pin{.market = "spot",
                                     .symbol = "BTCUSDT",
                                     .interval = "1D",
                                     .from = 1,
                                     .to = 2,
                                     .indicators = {},
                                     .hash = std::string(64, '0')});
  const auto calls = to_json(two_calls);
  const std::vector<row> rows{
      {"assistant", R"({"tool_calls":)" + calls + "}", ""},
      {"assistant", R"({"tool_calls":null})", ""},
      {"user", R"({"tool_calls":)" + calls + "}", "/tool_calls:not_allowed"},
      {"assistant", R"({"tool_calls":[]})", "/tool_calls:not_allowed"},
      {"assistant", R"({"tool_calls":[{"id":"a"}]})", "/tool_calls:not_allowed"},
      {"assistant", R"({"tool_calls":"none"})", "/tool_calls:wrong_type"},
      {"assistant", R"({"tool_calls":[)" + call_of(longest_call_id, longest_tool_name, 0) + "]}", ""},
      {"assistant", R"({"tool_calls":[)" + call_of(longest_call_id + 1, 1, 0) + "]}", "/tool_calls:not_allowed"},
      {"assistant", R"({"tool_calls":[)" + call_of(1, longest_tool_name + 1, 0) + "]}", "/tool_calls:not_allowed"},
      {"assistant", R"({"tool_calls":[)" + call_of(1, 1, most_bytes_of_calls - 2) + "]}", ""},
      {"assistant", R"({"tool_calls":[)" + call_of(1, 1, most_bytes_of_calls - 1) + "]}", "/tool_calls:not_allowed"},
      {"tool", R"({"tool_call_id":"a","tool_name":"create_chart","is_good":true,"chart_id":")" + chart + "\"}", ""},
      {"assistant", R"({"tool_call_id":"a","tool_name":"n","is_good":true,"chart_id":")" + chart + "\"}",
       "/tool_call_id:not_allowed /tool_name:not_allowed /is_good:not_allowed /chart_id:not_allowed"},
      {"tool", R"({"tool_call_id":"","tool_name":"","chart_id":"7"})",
       "/tool_call_id:not_allowed /tool_name:not_allowed /chart_id:not_allowed"},
      {"user", R"({"chart":)" + pin + "}", ""},
      {"assistant", R"({"chart":)" + pin + "}", "/chart:not_allowed"},
      {"user", R"({"chart":{"market":"spot"}})",
       "/chart/symbol:required /chart/interval:required /chart/from:required /chart/to:required"
       " /chart/indicators:required /chart/hash:required"},
  };
  for (const auto& [role, body, wanted] : rows) {
    std::string refused;
    const auto said = read(role, body, refused);
    EXPECT_EQ(refused, wanted) << role << " " << body.substr(0, 200);
    if (wanted.empty() && body.find("null") == std::string::npos) {
      EXPECT_EQ(written(said), body);
    }
  }
}

TEST(ToolCalls, WhatAToolSaidIsNotLookedThrough) {
  EXPECT_EQ(searched_words(of_tool("x")), "");
  EXPECT_NE(searched_words(made("user", "42 is gold")).find("gold"), std::string::npos);
  EXPECT_EQ(refusal_of_call("no \"such\" tool"), R"({"error":"no \"such\" tool"})");
}

TEST(ToolCalls, StandInTheTextOfAConversation) {
  const auto text = [](message what) { return markdown_of({.number = 1, .what = std::move(what)}); };
  EXPECT_NE(text(with_calls(to_json(two_calls))).find("Asks for list\\_charts"), std::string::npos);
  EXPECT_NE(text(of_tool("x")).find("**Tool (x)**"), std::string::npos);
  EXPECT_NE(text(of_tool(std::nullopt)).find("**Tool**"), std::string::npos);
  EXPECT_NE(text(made("system", "be brief")).find("**System**"), std::string::npos);
}

}  // namespace kontor::chat
