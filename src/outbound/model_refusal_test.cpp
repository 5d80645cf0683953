#include "outbound/model_refusal.hpp"

#include "outbound/model_events_text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using chat::model_failure;
using std::chrono::milliseconds;

// 2026-01-05T10:00:00Z
constexpr std::chrono::system_clock::time_point now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 10h};

web_response answer(long status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  headers.emplace_back("content-type", "application/json");
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

web_response recorded_answer(const boost::json::value& recorded) {
  auto out = answer(recorded.at("status").as_int64(), "");
  const auto& object = recorded.as_object();
  out.body =
      object.contains("body") ? boost::json::serialize(recorded.at("body")) : test::text_at(recorded, "body_text");
  if (!object.contains("body")) out.headers = {{"content-type", "text/plain"}};
  if (object.contains("headers"))
    for (const auto& each : recorded.at("headers").as_object())
      out.headers.emplace_back(std::string(each.key().data(), each.key().size()), each.value().as_string().c_str());
  return out;
}

std::string told(const web_response& what, std::string_view secret = "") {
  return text_of_event(refusal_of(what, secret, now));
}

std::optional<milliseconds> wait(const web_response& what, unsigned made = 0, double jitter = 0) {
  return wait_before_retry(what, refusal_of(what, "", now).kind, made, jitter, {}, now);
}

}  // namespace

TEST(ModelRefusal, RecordedErrorsOfEachProvider) {
  const auto openai = test::vector_json("llm/openai-responses.json").at("errors").as_array();
  const std::vector<std::string> of_openai = {
      "failed key-rejected 401 Incorrect API key provided: …",
      "failed rate-limited 429 Rate limit reached for requests retry after 2",
      "failed quota-exhausted 429 You exceeded your current quota",
      "failed context-too-long 400 This model's maximum context length is 128000 tokens.",
      "failed model-not-found 404 The model `nosuch` does not exist",
      "failed unavailable 503 upstream connect error"};
  ASSERT_EQ(openai.size(), of_openai.size());
  for (std::size_t i = 0; i < openai.size(); ++i) {
    EXPECT_EQ(told(recorded_answer(openai[i])), of_openai[i]);
    const auto& object = openai[i].as_object();
    if (object.contains("retry"))
      EXPECT_EQ(wait(recorded_answer(openai[i])).has_value(), object.at("retry").as_bool()) << i;
  }
  const auto azure = test::vector_json("llm/azure-errors.json").at("errors").as_array();
  const std::vector<std::string> of_azure = {
      "failed content-filtered 400 The response was filtered due to the prompt triggering Azure OpenAI's content "
      "management policy. filtered violence",
      "failed key-rejected 401 Access denied due to invalid subscription key or wrong API endpoint.",
      "failed model-not-found 404 The API deployment for this resource does not exist.",
      "failed rate-limited 429 Requests have exceeded the token rate limit. Please retry after 7 seconds. retry after "
      "7"};
  ASSERT_EQ(azure.size(), of_azure.size());
  for (std::size_t i = 0; i < azure.size(); ++i)
    EXPECT_EQ(told(recorded_answer(azure[i])), of_azure[i]);
  const auto ollama = test::vector_json("llm/ollama-other.json").at("errors").as_array();
  const std::vector<std::string> of_ollama = {
      "failed model-not-found 404 model 'nosuch' not found",
      "failed request-refused 400 registry.example/llama2 does not support tools",
      "failed request-refused 400 model is required",
      "failed unavailable 503 server busy, please try again.  maximum pending requests exceeded"};
  ASSERT_EQ(ollama.size(), of_ollama.size());
  for (std::size_t i = 0; i < ollama.size(); ++i)
    EXPECT_EQ(told(recorded_answer(ollama[i])), of_ollama[i]);
}

TEST(ModelRefusal, EveryStatusHasAKind) {
  struct {
    long status;
    model_failure kind;
  } const cases[] = {{302, model_failure::broken_answer},   {400, model_failure::request_refused},
                     {401, model_failure::key_rejected},    {402, model_failure::quota_exhausted},
                     {403, model_failure::forbidden},       {404, model_failure::model_not_found},
                     {405, model_failure::request_refused}, {408, model_failure::unavailable},
                     {409, model_failure::unavailable},     {422, model_failure::request_refused},
                     {429, model_failure::rate_limited},    {499, model_failure::request_refused},
                     {500, model_failure::unavailable},     {529, model_failure::unavailable}};
  for (const auto& each : cases)
    for (const char* const body : {"", "<html>", "{}", "[]", "null", R"({"error":null})", R"({"error":7})",
                                   R"({"error":{"code":7,"type":[]}})", R"({"statusCode":401,"message":"x"})"})
      EXPECT_EQ(refusal_of(answer(each.status, body), "", now).kind, each.kind) << each.status << body;
}

// c.89 and AnythingLLM CVE-2026-24477: no key, no part of one, and no lines of the provider's own.
TEST(ModelRefusal, TheWordsHoldNoKeyAndNoPartOfOne) {
  const auto body =
      R"({"error":{"message":"Incorrect API key provided: sk-pl***********nted. Not planted-key\n either"}})";
  EXPECT_EQ(told(answer(401, body), "planted-key"),
            "failed key-rejected 401 Incorrect API key provided: … Not … either");
  EXPECT_EQ(told(answer(500, body), "planted-key").find("planted-key"), std::string::npos);
  const auto in_stream = boost::json::parse(R"({"error":{"message":"key sk-a**b","code":"invalid_api_key"}})");
  EXPECT_EQ(refusal_in(in_stream, "").words, "key …");
  EXPECT_LE(
      refusal_of(answer(400, R"({"error":{"message":")" + std::string(9'000, 'x') + "\"}}"), "", now).words.size(),
      404u);
}

TEST(ModelRefusal, WhatTheClientSaysHasAKindToo) {
  using base::errc;
  struct {
    base::error why;
    model_failure kind;
  } const cases[] = {
      {{errc::invalid_input, "address-refused", "x", ""}, model_failure::refused_address},
      {{errc::unavailable, "host-not-found", "x", ""}, model_failure::unreachable},
      {{errc::unavailable, "not-connected", "x", ""}, model_failure::unreachable},
      {{errc::unavailable, "tls-failed", "x", ""}, model_failure::unreachable},
      {{errc::unavailable, "answer-broken", "x", ""}, model_failure::unreachable},
      {{errc::unavailable, "timed-out", "x", ""}, model_failure::timed_out},
      {{errc::unavailable, "answer-too-large", "x", ""}, model_failure::answer_too_long},
      {{errc::unavailable, "stopped", "x", ""}, model_failure::stopped},
      {{errc::too_many_requests, "", "", "", {}, 1s}, model_failure::too_many_at_once},
      {{errc::overloaded, "", "", "", {}, 1s}, model_failure::too_many_at_once},
      {{errc::internal, "", "", "hidden"}, model_failure::unavailable},
  };
  for (const auto& each : cases) {
    const auto out = refusal_of(each.why);
    EXPECT_EQ(out.kind, each.kind) << each.why.type;
    EXPECT_FALSE(out.words.empty());
    EXPECT_EQ(out.words.find("hidden"), std::string::npos);
  }
}

TEST(WaitBeforeRetry, FollowsTheProvidersOwnRules) {
  struct {
    const char* what;
    long status;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<milliseconds> expected;
  } const cases[] = {
      {"bad requests", 400, {}, std::nullopt},
      {"rejected keys", 401, {}, std::nullopt},
      {"timeouts", 408, {}, 500ms},
      {"conflicts", 409, {}, 500ms},
      {"limits", 429, {}, 500ms},
      {"troubles", 500, {}, 500ms},
      {"troubles of gateways", 529, {}, 500ms},
      {"redirects", 302, {}, std::nullopt},
      {"no", 429, {{"x-should-retry", "false"}}, std::nullopt},
      {"yes", 400, {{"x-should-retry", "true"}}, 500ms},
      {"seconds", 429, {{"retry-after", "7"}}, 7s},
      {"seconds and a half", 429, {{"retry-after", "1.5"}}, 1'500ms},
      {"milliseconds first", 429, {{"retry-after", "7"}, {"retry-after-ms", "6500"}}, 6'500ms},
      {"nonsense of the first", 429, {{"retry-after-ms", "soon"}, {"retry-after", "2"}}, 2s},
      {"a date", 503, {{"retry-after", "Mon, 05 Jan 2026 10:00:30 GMT"}}, 30s},
      {"a date that was", 503, {{"retry-after", "Mon, 05 Jan 2026 09:00:00 GMT"}}, 0s},
      {"nonsense", 503, {{"retry-after", "later"}}, 500ms},
      {"less than nothing", 503, {{"retry-after", "-5"}}, 500ms},
      {"not a number", 503, {{"retry-after", "nan"}}, 500ms},
      {"the longest that is waited for", 429, {{"retry-after", "60"}}, 60s},
      {"longer", 429, {{"retry-after", "61"}}, std::nullopt},
      {"much longer", 429, {{"retry-after", "99999999999999999999"}}, 500ms},
  };
  for (const auto& each : cases)
    EXPECT_EQ(wait(answer(each.status, "{}", each.headers)), each.expected) << each.what;
  EXPECT_EQ(refusal_of(answer(429, "{}", {{"retry-after", "3600"}}), "", now).retry_after, 3600s);
  EXPECT_EQ(refusal_of(answer(429, "{}", {{"retry-after-ms", "1"}}), "", now).retry_after, 1s);
}

TEST(WaitBeforeRetry, GrowsUpToALimitAndEndsAfterTwo) {
  const auto busy = answer(503, "{}");
  EXPECT_EQ(wait(busy, 0), 500ms);
  EXPECT_EQ(wait(busy, 1), 1'000ms);
  EXPECT_EQ(wait(busy, 2), std::nullopt);
  EXPECT_EQ(wait(busy, 0, 1), 375ms) << "at most a quarter is taken off";
  const retry_settings patient{.most = 100};
  EXPECT_EQ(wait_before_retry(busy, model_failure::unavailable, 90, 0, patient, now), 8'000ms);
}

TEST(WaitBeforeRetry, WhatIsUsedUpIsNotAskedForAgain) {
  const auto used_up =
      answer(429, R"({"error":{"code":"insufficient_quota"}})", {{"x-should-retry", "true"}, {"retry-after", "1"}});
  EXPECT_EQ(wait(used_up), std::nullopt);
}

TEST(WaitBeforeRetry, WithoutAnAnswerOnlyWhenNobodyWasThere) {
  const auto wait_after = [](std::string_view type, unsigned made = 0) {
    return wait_before_retry({base::errc::unavailable, std::string(type), "", ""}, made, 0, {});
  };
  EXPECT_EQ(wait_after(transfer_failure::not_connected), 500ms);
  EXPECT_EQ(wait_after(transfer_failure::answer_broken, 1), 1'000ms);
  EXPECT_EQ(wait_after(transfer_failure::not_connected, 2), std::nullopt);
  for (const auto type : {transfer_failure::timed_out, transfer_failure::tls_failed, transfer_failure::host_not_found,
                          transfer_failure::stopped, transfer_failure::address_refused, std::string_view("")})
    EXPECT_EQ(wait_after(type), std::nullopt) << type;
}

}  // namespace kontor::outbound
