// That each frame is one of api/asyncapi.yaml is tested against the running program; here, what stands in them.
#include "run/frames.hpp"

#include "run/failure_kinds.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace kontor::run {
namespace {

const auto talk = chat::conversation_id::parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").value();
const base::timestamp told_at = base::from_microseconds(1'800'000'000'000'000);

boost::json::value told(event_kind kind, std::string text = {}, std::int64_t number = 0,
                        const told_message* about = nullptr) {
  event what;
  what.seq = 7;
  what.kind = kind;
  what.at = told_at;
  what.text = std::move(text);
  what.number = number;
  const auto frame = event_frame(talk, what, about);
  return frame.empty() ? boost::json::value(nullptr) : boost::json::parse(frame);
}

}  // namespace

TEST(Frames, TellOfEachKindOfEvent) {
  const told_message message{.json = R"({"number":2})",
                             .content = "**yes**",
                             .how = finish::length,
                             .used = usage{1, 2, true},
                             .agent = "m-1"};
  EXPECT_EQ(told(event_kind::processing).at("status"), "processing");
  EXPECT_EQ(told(event_kind::idle).at("status"), "idle");
  EXPECT_EQ(told(event_kind::cancelled).at("success"), true);
  const auto text = told(event_kind::text, "a\"<b", 12);
  EXPECT_EQ(text.at("text"), "a\"<b");
  EXPECT_EQ(text.at("offset"), 12);
  EXPECT_EQ(text.at("seq"), 7);
  EXPECT_EQ(text.at("conversation_id"), "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa");
  EXPECT_FALSE(told(event_kind::reasoning, "hm").as_object().contains("offset"));
  EXPECT_EQ(told(event_kind::waiting, "", 9).at("seconds"), 9);
  EXPECT_EQ(told(event_kind::message, "", 2, &message).at("message").at("number"), 2);
  const auto result = told(event_kind::result, "", 2, &message);
  EXPECT_EQ(result.at("content"), "**yes**");
  EXPECT_EQ(result.at("format"), "markdown");
  EXPECT_EQ(result.at("finish"), "length");
  EXPECT_EQ(boost::json::serialize(result.at("agents_used")), R"(["m-1"])");
  EXPECT_EQ(result.at("usage").at("output_tokens"), 2);
}

TEST(Frames, AMessageThatIsGoneIsToldAsNothing) {
  EXPECT_TRUE(told(event_kind::message, "", 2).is_null());
  EXPECT_TRUE(told(event_kind::result, "", 2).is_null());
}

TEST(Frames, AFailureKeepsWhatItSays) {
  const failure why{
      .kind = "rate-limited", .words = "Slow \"down\".", .status = 429, .retry_after = std::chrono::seconds(9)};
  EXPECT_EQ(parse_failure(to_json(why)), why);
  EXPECT_EQ(parse_failure("not JSON").kind, "internal");
  const auto error = told(event_kind::error, to_json(why));
  EXPECT_EQ(error.at("message"), "Slow \"down\".");
  EXPECT_EQ(error.at("code"), "rate-limited");
  EXPECT_EQ(error.at("recoverable"), true);
  EXPECT_EQ(error.at("retry_after"), 9);
}

TEST(Frames, ARefusalNamesTheFrameItAnswers) {
  base::error why{base::errc::invalid_input, "", "", "for the log alone"};
  why.fields.push_back({"/payload/message", "required", "is missing."});
  const auto text = refusal_frame(told_at, why, "The input is not valid.", talk, "r1");
  EXPECT_EQ(text.find("for the log alone"), std::string::npos);
  const auto frame = boost::json::parse(text);
  EXPECT_EQ(frame.at("request_id"), "r1");
  EXPECT_EQ(frame.at("message"), "The input is not valid.");
  EXPECT_EQ(frame.at("details"), "/payload/message: is missing.");
  EXPECT_EQ(frame.at("code"), "invalid-input");
  EXPECT_EQ(frame.at("recoverable"), false);
  EXPECT_FALSE(frame.as_object().contains("seq"));
}

TEST(Frames, EachFailureOfAProviderHasAKindWithWords) {
  using enum chat::model_failure;
  for (const auto kind : {key_rejected, forbidden, model_not_found, context_too_long, content_filtered, rate_limited,
                          quota_exhausted, request_refused, unavailable, unreachable, refused_address, timed_out,
                          broken_answer, truncated, answer_too_long, too_many_at_once, stopped}) {
    chat::model_failed what;
    what.kind = kind;
    const auto why = to_failure(what);
    EXPECT_NE(why.kind, "internal") << chat::name_of(kind);
    EXPECT_FALSE(why.words.empty()) << why.kind;
    EXPECT_FALSE(advice_on(why.kind).empty()) << why.kind;
  }
  EXPECT_EQ(to_failure(base::error{base::errc::conflict, "model-not-configured"}).kind, "not-configured");
  EXPECT_EQ(to_failure(base::error{base::errc::conflict, "secret-unreadable"}).kind, "key-unreadable");
  EXPECT_EQ(to_failure(base::error{base::errc::unavailable, "vault-key-missing"}).kind, "unavailable");
  EXPECT_EQ(to_failure(base::error{base::errc::internal, "", "secret detail"}).words.find("secret"), std::string::npos);
}

}  // namespace kontor::run
