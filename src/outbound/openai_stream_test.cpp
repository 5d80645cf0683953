#include "outbound/openai_stream.hpp"

#include "outbound/model_events_text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

using lines = std::vector<std::string>;

lines heard(std::string_view body, std::size_t piece = 1 << 20) {
  return decoded<openai_stream>(body, piece);
}

std::string event(std::string_view json) {
  return "data: " + std::string(json) + "\n\n";
}

std::string chunk(std::string_view choice) {
  return event(R"({"id":"c","object":"chat.completion.chunk","model":"m","choices":[)" + std::string(choice) + "]}");
}

constexpr auto stop = R"({"index":0,"delta":{},"finish_reason":"stop"})";
constexpr auto not_openai =
    "failed broken-answer 200 The server answered, but not as a language model does. Is the address right?";
constexpr auto openai_cut_off = "failed truncated 200 The provider ended its answer in the middle.";

}  // namespace

TEST(OpenAiStream, RecordedAnswersCutAtEveryByte) {
  struct {
    const char* file;
    lines expected;
  } const cases[] = {
      {"openai-stream.sse", {"text Price is 43 050 € 🚀", "done stop gpt-4o-2024-08-06 19+6"}},
      {"openai-stream-cut.sse",
       {"text Partial answer, then the connection closes without a finish_reason", openai_cut_off}},
      {"openai-stream-midstream-error.sse",
       {"text Partial", "failed unavailable 200 The server had an error while processing your request."}},
      {"openai-stream-tools.sse",
       {R"(call call_a get_candles {"symbol":"BTCUSDT","limit":5})", R"(call call_b get_ticker {"symbol":"ETHUSDT"})",
        "done tool_calls gpt-4o-2024-08-06"}},
      {"azure-stream.sse", {"text Hello world", "done stop gpt-4o"}},
      {"azure-stream-output-filtered.sse",
       {"text Hello world", "done content_filter gpt-4o filtered protected_material_text"}},
  };
  for (const auto& each : cases) {
    const auto body = test::vector_file(std::string("llm/") + each.file);
    for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64},
                              std::size_t{1000}, body.size()})
      EXPECT_EQ(heard(body, piece), each.expected) << each.file << " by " << piece;
    for (std::size_t cut = 1; cut < body.size(); ++cut) {
      openai_stream decoder({.model = "asked"});
      decoder.take(std::string_view(body).substr(0, cut));
      if (!decoder.is_over()) decoder.take(std::string_view(body).substr(cut));
      if (!decoder.is_over()) decoder.end();
      ASSERT_EQ(lines_of(decoder.events()), each.expected) << each.file << " at " << cut;
    }
    std::string with_cr;
    for (const char c : body)
      with_cr += c == '\n' ? "\r\n" : std::string(1, c);
    EXPECT_EQ(heard(with_cr, 5), each.expected) << each.file;
  }
}

// A half of every answer is never taken for the whole, nor for more than what came.
TEST(OpenAiStream, ARecordedAnswerThatEndsAtAnyByte) {
  const auto body = test::vector_file("llm/openai-stream.sse");
  const auto complete = body.find("\"finish_reason\":\"stop\"");
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto told = heard(std::string_view(body).substr(0, size));
    const auto end_of_finish = body.find("\n\n", complete) + 2;
    if (size < end_of_finish)
      EXPECT_TRUE(told.back() == openai_cut_off || told.back() == not_openai) << size << told.back();
    else
      EXPECT_TRUE(told.back().starts_with("done stop")) << size << told.back();
    EXPECT_TRUE(told.size() == 1 || std::string_view("text Price is 43 050 € 🚀").starts_with(told[0])) << size;
  }
}

TEST(OpenAiStream, WhatServersDo) {
  struct {
    std::string body;
    lines expected;
  } const cases[] = {
      {"", {not_openai}},
      {": ping\n\n: ping\n\n", {not_openai}},
      {"data: [DONE]\n\n", {openai_cut_off}},
      {chunk(R"({"index":0,"delta":{"content":"a"}})") + "data: [DONE]\n\n", {"text a", openai_cut_off}},
      {"<html><body>hello</body></html>\n\n", {not_openai}},
      {"data: <html>\n\n", {not_openai}},
      {"data: 7\n\n", {not_openai}},
      {event(R"({"hello":"world"})"), {not_openai}},
      {chunk(stop), {"done stop m"}},
      {chunk(stop) + event("[DONE]") + chunk(R"({"index":0,"delta":{"content":"late"}})"), {"done stop m"}},
      {event(R"({"choices":[]})") + chunk(stop), {"done stop m"}},
      {event(R"({"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]})"), {"text x", "done stop asked"}},
      {chunk(R"({"index":0,"delta":null})") + chunk(R"({"index":0})") + chunk(stop), {"done stop m"}},
      {chunk(R"({"index":1,"delta":{"content":"other"}})") + chunk(stop), {"done stop m"}},
      {chunk(R"({"index":0,"delta":{"content":null,"refusal":"I will not."}})") + chunk(stop),
       {"text I will not.", "done stop m"}},
      {chunk(
           R"({"index":0,"delta":{"content":[{"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}]}})") +
           chunk(stop),
       {"text ab", "done stop m"}},
      {chunk(R"({"index":0,"delta":{"reasoning":"hm"}})") + chunk(R"({"index":0,"delta":{"reasoning_content":"so"}})") +
           chunk(stop),
       {"reasoning hm", "reasoning so", "done stop m"}},
      {chunk(R"({"index":0,"delta":{"content":7,"role":[]},"finish_reason":8})") + chunk(stop), {"done stop m"}},
      {chunk(R"({"index":0,"delta":{},"finish_reason":"length"})"), {"done length m"}},
      {chunk(R"({"index":0,"delta":{},"finish_reason":"eos"})"), {"done stop m"}},
      {chunk(R"({"index":0,"delta":{"content":"half"}})") + chunk(R"({"index":0,"delta":{},"finish_reason":"error"})") +
           event("[DONE]"),
       {"text half", "failed truncated 200 The provider broke its answer off."}},
      // Azure with a filter that works beside: what it says after `stop` counts.
      {chunk(stop) +
           chunk(
               R"({"index":0,"finish_reason":"content_filter","content_filter_results":{"hate":{"filtered":true},"violence":{"filtered":false}}})"),
       {"done content_filter m filtered hate"}},
      // Some servers say `stop` when the calls of tools are complete.
      {chunk(R"({"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"x"}}]}})") + chunk(stop),
       {"call call_1 x ", "done tool_calls m"}},
      {chunk(stop) + event(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":"x"}})"),
       {"done stop m 3+0"}},
      {chunk(stop) + event(R"({"choices":[],"usage":{"prompt_tokens":-3}})"), {"done stop m"}},
      {chunk(stop) + event(R"({"choices":[],"usage":null})"), {"done stop m"}},
      {event(R"({"error":"out of memory"})"), {"failed unavailable 200 out of memory"}},
      {"event: error\n" + event(R"({"error":{"message":"Slow down","code":"rate_limit_exceeded"}})"),
       {"failed rate-limited 200 Slow down"}},
      {event(R"({"object":"error","message":"too much","code":400})"), {"failed request-refused 200 too much"}},
      {event(R"({"error":{"message":"x","code":"429"}})"), {"failed rate-limited 200 x"}},
      {event(R"({"error":{}})"),
       {"failed unavailable 200 The provider failed in the middle of its answer and did not say why."}},
      {event("{\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}"), {not_openai}},
      {chunk(R"({"index":0,"delta":{"content":"a"}})") + "data: {\"half\n\n", {"text a", not_openai}},
  };
  for (const auto& each : cases)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20})
      EXPECT_EQ(heard(each.body, piece), each.expected) << each.body;
}

TEST(OpenAiStream, CallsOfToolsAsServersTellThem) {
  const auto delta = [](std::string_view fragments) {
    return chunk(R"({"index":0,"delta":{"tool_calls":[)" + std::string(fragments) + "]}}");
  };
  constexpr auto calls = R"({"index":0,"delta":{},"finish_reason":"tool_calls"})";
  struct {
    std::string body;
    lines expected;
  } const cases[] = {
      // Fragments of two calls, one after the other and mixed.
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{\"n\""}})") +
           delta(R"({"index":1,"id":"b","function":{"name":"y","arguments":"{"}})") +
           delta(R"({"index":0,"function":{"arguments":":1}"}},{"index":1,"function":{"arguments":"}"}})") +
           chunk(calls),
       {R"(call a x {"n":1})", "call b y {}", "done tool_calls m"}},
      // Without an index, and with the same one for all.
      {delta(R"({"id":"a","function":{"name":"x","arguments":"{"}})") + delta(R"({"function":{"arguments":"}"}})") +
           delta(R"({"id":"b","function":{"name":"y","arguments":"{}"}})") + chunk(calls),
       {"call a x {}", "call b y {}", "done tool_calls m"}},
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{}"}})") +
           delta(R"({"index":0,"id":"b","function":{"name":"y","arguments":"{}"}})") + chunk(calls),
       {"call a x {}", "call b y {}", "done tool_calls m"}},
      // The name in each fragment, an object for arguments, no ids, the same ids.
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{"}})") +
           delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"}"}})") + chunk(stop),
       {"call a x {}", "done tool_calls m"}},
      {delta(R"({"index":0,"function":{"name":"x","arguments":{"n":1}}},{"index":1,"function":{"name":"y"}})") +
           chunk(calls),
       {R"(call call_1 x {"n":1})", "call call_2 y ", "done tool_calls m"}},
      {delta(R"({"index":0,"id":"a","function":{"name":"x"}},{"index":1,"id":"a","function":{"name":"y"}})") +
           chunk(calls),
       {"call a x ", "call call_2 y ", "done tool_calls m"}},
      // What is no JSON is handed on.
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{half"}})") + chunk(calls),
       {"call a x {half", "done tool_calls m"}},
      // Text before, and what is no call at all.
      {chunk(R"({"index":0,"delta":{"content":"Let me look."}})") + delta(R"(7,{"index":0,"id":"a"})") + chunk(calls),
       {"text Let me look.", "call call_1  ", "call a  ", "done tool_calls m"}},
      // Half of what it wants is not done.
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{"}})"), {openai_cut_off}},
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{"}})") +
           chunk(R"({"index":0,"delta":{},"finish_reason":"length"})"),
       {"done length m"}},
      {delta(R"({"index":0,"id":"a","function":{"name":"x","arguments":"{}"}})") + chunk(calls) +
           chunk(R"({"index":0,"finish_reason":"content_filter"})"),
       {"done content_filter m"}},
  };
  for (const auto& each : cases)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20})
      EXPECT_EQ(heard(each.body, piece), each.expected) << each.body;
}

TEST(OpenAiStream, CallsUpToTheLimitsAndNotOneMore) {
  for (const std::size_t count : {16u, 17u}) {
    std::string body;
    for (std::size_t i = 0; i < count; ++i)
      body += chunk(R"({"index":0,"delta":{"tool_calls":[{"index":)" + std::to_string(i) +
                    R"(,"function":{"name":"x"}}]}})");
    const auto told = heard(body + chunk(stop));
    EXPECT_EQ(told.back(), count == 16 ? "done tool_calls m"
                                       : "failed broken-answer 200 The model asks for too many things at once.");
    EXPECT_EQ(told.size(), count == 16 ? 17u : 1u);
  }
  for (const std::size_t bytes : {64u * 1024, 64u * 1024 + 1}) {
    // The name has one byte.
    std::string body = chunk(R"({"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"x","arguments":")" +
                             std::string(bytes - 1, ' ') + "\"}}]}}");
    EXPECT_EQ(heard(body + chunk(stop)).back(),
              bytes == 64u * 1024 ? "done tool_calls m"
                                  : "failed broken-answer 200 The model asks for more than a tool can be asked for.");
  }
}

TEST(OpenAiStream, WhatBreaksAfterTheEndWasSaidBreaksNothing) {
  openai_stream good({.model = "asked"});
  good.take(chunk(stop));
  good.end(chat::model_failed{chat::model_failure::timed_out, 200, "late", {}, {}});
  EXPECT_EQ(lines_of(good.events()), lines{"done stop m"});
  openai_stream bad({.model = "asked"});
  bad.take(chunk(R"({"index":0,"delta":{"content":"a"}})"));
  bad.end(chat::model_failed{chat::model_failure::timed_out, 200, "late", {}, {}});
  EXPECT_EQ(lines_of(bad.events()), (lines{"text a", "failed timed-out 200 late"}));
}

TEST(OpenAiStream, TextUpToTheLimitAndNotOneByteMore) {
  for (const std::size_t size : {100u, 101u}) {
    const auto half = [](std::size_t bytes, const char* name) {
      return chunk(R"({"index":0,"delta":{")" + std::string(name) + R"(":")" + std::string(bytes, 'x') + "\"}}");
    };
    const auto told = decoded<openai_stream>(half(50, "reasoning") + half(size - 50, "content") + chunk(stop), 1,
                                             {.model = "asked", .most_text = 100});
    EXPECT_EQ(told.back(), size == 100 ? "done stop m"
                                       : "failed answer-too-long 200 The answer is longer than what is kept of one.");
  }
}

// AnythingLLM CVE-2026-24477: the words of a provider hold no key.
TEST(OpenAiStream, AKeyIsTakenOutOfTheWordsOfAnError) {
  const auto told = decoded<openai_stream>(event(R"({"error":{"message":"no planted-key here","code":"x"}})"), 1,
                                           {.model = "asked", .secret = "planted-key"});
  EXPECT_EQ(told, lines{"failed unavailable 200 no … here"});
}

TEST(OpenAiAnswer, AServerThatDoesNotStreamIsHeardAllTheSame) {
  const auto body = boost::json::serialize(test::vector_json("llm/openai-responses.json").at("chat").at("body"));
  for (const std::size_t piece : {std::size_t{1}, body.size()})
    EXPECT_EQ(decoded<openai_answer>(body, piece), (lines{"text Hello", "done stop gpt-4o-2024-08-06 9+1"}));
  EXPECT_EQ(decoded<openai_answer>(R"({"error":{"message":"no"}})", 9), lines{"failed unavailable 200 no"});
  for (const char* const other : {"", "{}", "[]", "{\"choices\":[]}", "<html>", "{\"choices\":[{\"message\":"})
    EXPECT_EQ(decoded<openai_answer>(other, 9), lines{not_openai}) << other;
  const auto filtered = R"({"model":"m","choices":[{"finish_reason":"content_filter","message":{"role":"assistant"},)"
                        R"("content_filter_results":{"self_harm":{"filtered":true}}}]})";
  EXPECT_EQ(decoded<openai_answer>(filtered, 9), lines{"done content_filter m filtered self_harm"});
  EXPECT_EQ(decoded<openai_answer>(body, 9, {.model = "asked", .most_text = (body.size() + 1) / 2}).back(),
            "done stop gpt-4o-2024-08-06 9+1");
  EXPECT_TRUE(decoded<openai_answer>(body, 9, {.model = "asked", .most_text = (body.size() - 1) / 2})
                  .back()
                  .starts_with("failed answer-too-long"));
}

}  // namespace kontor::outbound
