#include "outbound/ollama_stream.hpp"

#include "outbound/model_events_text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

using lines = std::vector<std::string>;

constexpr auto not_a_model =
    "failed broken-answer 200 The server answered, but not as a language model does. Is the address right?";
constexpr auto cut_off = "failed truncated 200 The provider ended its answer in the middle.";

}  // namespace

TEST(OllamaStream, RecordedAnswersCutAtEveryByte) {
  struct {
    const char* file;
    lines expected;
  } const cases[] = {
      {"ollama-chat.ndjson", {"text Price is €5", "done stop llama3.2 26+3"}},
      {"ollama-midstream-error.ndjson",
       {"text Par", "failed unavailable 200 an error was encountered while running the model"}},
      {"ollama-thinking-tools.ndjson",
       {"reasoning Need data", R"(call call_1 get_candles {"symbol":"BTCUSDT","limit":5})",
        "done tool_calls llama3.2 26+3"}},
  };
  for (const auto& each : cases) {
    const auto body = test::vector_file(std::string("llm/") + each.file);
    for (std::size_t piece = 1; piece <= body.size(); piece = piece < 16 ? piece + 1 : piece * 3)
      EXPECT_EQ(decoded<ollama_stream>(body, piece), each.expected) << each.file << " by " << piece;
    for (std::size_t cut = 1; cut < body.size(); ++cut) {
      ollama_stream decoder({.model = "asked"});
      decoder.take(std::string_view(body).substr(0, cut));
      if (!decoder.is_over()) decoder.take(std::string_view(body).substr(cut));
      if (!decoder.is_over()) decoder.end();
      ASSERT_EQ(lines_of(decoder.events()), each.expected) << each.file << " at " << cut;
    }
  }
}

TEST(OllamaStream, WhatServersDo) {
  struct {
    std::string body;
    lines expected;
  } const cases[] = {
      {"", {not_a_model}},
      {"\n\n", {not_a_model}},
      {"<html>", {not_a_model}},
      {"[]\n", {not_a_model}},
      {"{}\n", {not_a_model}},
      {R"({"message":{"content":"a"},"done":false})", {"text a", cut_off}},
      {R"({"message":{"content":"a"}})"
       "\n"
       R"({"message":{"con)",
       {"text a", cut_off}},
      {R"({"message":{"content":"a"},"done":true,"done_reason":"length","eval_count":4})",
       {"text a", "done length asked 0+4"}},
      {R"({"model":"m","message":{"content":"whole"},"done":true})"
       "\r\n",
       {"text whole", "done stop m"}},
      {R"({"done":true})"
       "\n"
       R"({"done":true})",
       {"done stop asked"}},
      {R"({"done":true})"
       "\n"
       R"({"message":{"content":"late"}})"
       "\n",
       {"done stop asked"}},
      {R"({"done":"true"})", {not_a_model}},
      {R"({"error":""})",
       {"failed unavailable 200 The provider failed in the middle of its answer and did not say why."}},
      {R"({"error":"this model's maximum context length is 4096"})",
       {"failed context-too-long 200 this model's maximum context length is 4096"}},
      {R"({"message":{"content":"a","tool_calls":[{"function":{"name":"x","arguments":{}}},{"function":{"name":"y"}}]}})"
       "\n"
       R"({"message":{"tool_calls":[{"function":{"name":"z","arguments":{"n":[1]}}}]},"done":true,"done_reason":"stop"})",
       {"text a", "call call_1 x {}", "call call_2 y ", R"(call call_3 z {"n":[1]})", "done tool_calls asked"}},
      {R"({"message":{"tool_calls":[{"function":{"name":"x","arguments":{}}}]},"done":true,"done_reason":"length"})",
       {"done length asked"}},
      {R"({"message":{"tool_calls":[{"function":{"name":"x","arguments":{}}}]}})", {cut_off}},
      {R"({"message":{"content":7,"thinking":[],"tool_calls":{}},"done":true})", {"done stop asked"}},
  };
  for (const auto& each : cases)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20})
      EXPECT_EQ(decoded<ollama_stream>(each.body, piece), each.expected) << each.body;
}

}  // namespace kontor::outbound
