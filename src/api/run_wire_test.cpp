#include "api/run_wire.hpp"

#include "api/request_key.hpp"
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace kontor::api {
namespace {

using tests::faults_of;

const std::string talk = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

base::result<run::new_message> read(std::string_view body, std::vector<http::header_view> headers = {}) {
  http::request in;
  in.body = body;
  in.headers = std::move(headers);
  return read_new_message(in);
}

}  // namespace

TEST(RunWire, ReadsWhatIsSaid) {
  const auto first = read(R"({"message":" Why gold? "})");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, " Why gold? ") << "as it was typed";
  EXPECT_FALSE(first->conversation);
  const auto edited = read(R"({"message":"x","conversation_id":")" + talk + R"(","parent":0})");
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->parent, 0);
  const auto again = read(R"({"conversation_id":")" + talk + R"(","parent":7})", {{"Idempotency-Key", "a key"}});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->text);
  EXPECT_EQ(again->request_key, "a key");
}

TEST(RunWire, RefusesWhatIsNotRight) {
  struct row {
    std::string body;
    std::string faults;
  };
  for (const auto& [body, faults] : std::vector<row>{
           {"", "malformed"},
           {"[]", ":wrong_type"},
           {"{}", "/message:required"},
           {R"({"message":""})", "/message:too_short"},
           {R"({"message":" \n"})", "/message:too_short"},
           {R"({"message":"a\u0000b"})", "/message:contains_nul"},
           {R"({"message":7})", "/message:wrong_type"},
           {R"({"message":"x","parent":1})", "/parent:not_allowed"},
           {R"({"message":"x","conversation_id":"x"})", "/conversation_id:not_allowed"},
           {R"({"conversation_id":")" + talk + R"("})", "/message:required"},
           {R"({"conversation_id":")" + talk + R"(","parent":-1})", "/parent:not_allowed"},
           {R"({"message":"x","owner_id":"y"})", "/owner_id:unknown_member"},
       })
    EXPECT_EQ(faults_of(read(body)), faults) << body;
}

TEST(RunWire, AMessageHasNoControlCharacters) {
  const auto said = read(R"({"message":"a\u0001\u001b[31m\tb\r\nc\u0085"})");
  EXPECT_EQ(said.value().text, "a[31m\tb\nc");
  EXPECT_EQ(faults_of(read(R"({"message":"\u0001 \u0002"})")), "/message:too_short");
}

TEST(RunWire, APinIsWhatAChartCanShow) {
  const auto pinned = [](const std::string& market, const std::string& interval, const std::string& indicators) {
    return R"({"message":"x","chart":{"market":")" + market + R"(","symbol":"BTCUSDT","interval":")" + interval +
           R"(","from":1,"to":2,"indicators":[)" + indicators + R"(],"hash":")" + std::string(64, 'a') + R"("}})";
  };
  struct row {
    std::string market, interval, indicators, faults;
  };
  const std::vector<row> rows{
      {"spot", "1H", R"x("rsi(14)","macd(12,26,9)")x", "good"},
      {"usdt-futures", "2H", "", "good"},
      {"spot", "2H", "", "/chart/interval:not_allowed"},
      {"spot", "1h", "", "/chart/interval:not_allowed"},
      {"spot", "1H", R"x("rsi(500)")x", "good"},
      {"spot", "1H", R"x("sma(20)","rsi(501)")x", "/chart/indicators/1:not_allowed"},
      {"spot", "1H", R"x("macd(26,12,9)")x", "/chart/indicators/0:not_allowed"},
      {"moon", "2H", R"x("nonsense(1)")x", "/chart/market:not_allowed /chart/indicators/0:not_allowed"},
  };
  for (const auto& [market, interval, indicators, faults] : rows)
    EXPECT_EQ(faults_of(read(pinned(market, interval, indicators))), faults) << market << interval << indicators;
  const auto frame = R"({"type":"chat","payload":)" + pinned("spot", "2H", "") + "}";
  EXPECT_EQ(faults_of(read_frame(frame).what), "/payload/chart/interval:not_allowed");
}

TEST(RunWire, LimitsJustUnderAndJustOver) {
  std::string most;
  for (std::size_t i = 0; i < longest_message; ++i)
    most += "ü";
  EXPECT_EQ(faults_of(read(R"({"message":")" + most + R"("})")), "good");
  EXPECT_EQ(faults_of(read(R"({"message":")" + most + R"(."})")), "/message:too_long");
  const std::string key(longest_idempotency_key, 'k');
  const std::string too_long = key + "k";
  EXPECT_EQ(faults_of(read(R"({"message":"x"})", {{"Idempotency-Key", key}})), "good");
  for (const std::string_view wrong : {std::string_view(too_long), std::string_view(), std::string_view("kürzer")})
    EXPECT_EQ(faults_of(read(R"({"message":"x"})", {{"Idempotency-Key", wrong}})), "/Idempotency-Key:not_allowed");
  EXPECT_EQ(faults_of(read(R"({"message":"x"})", {{"Idempotency-Key", "a"}, {"idempotency-key", "b"}})),
            "/Idempotency-Key:not_allowed");
}

TEST(RunWire, ReadsFrames) {
  const auto chat = read_frame(R"({"type":"chat","request_id":"r1","payload":{"message":"x","conversation_id":null}})");
  EXPECT_EQ(chat.request_id, "r1");
  ASSERT_TRUE(chat.what);
  EXPECT_EQ(std::get<chat_frame>(*chat.what).what.text, "x");
  // As clients of the predecessor say it.
  EXPECT_TRUE(std::holds_alternative<cancel_frame>(*read_frame(R"({"type":"cancel","payload":{}})").what));
  EXPECT_TRUE(std::holds_alternative<cancel_frame>(*read_frame(R"({"type":"cancel"})").what));
  EXPECT_TRUE(std::holds_alternative<ping_frame>(*read_frame(R"({"type":"ping"})").what));
  const auto subscribe = read_frame(R"({"type":"subscribe","conversation_id":")" + talk + R"(","after":3})");
  EXPECT_EQ(std::get<subscribe_frame>(*subscribe.what).after, 3);
  const auto keyed = read_frame(R"({"type":"chat","payload":{"message":"x","idempotency_key":"k"}})");
  EXPECT_EQ(std::get<chat_frame>(*keyed.what).what.request_key, "k");
}

// LibreChat CVE-2026-31949, security checklist a.40.
TEST(RunWire, RefusesFramesThatAreNone) {
  struct row {
    std::string text;
    std::string faults;
  };
  for (const auto& [text, faults] : std::vector<row>{
           {"", "malformed"},
           {"7", ":wrong_type"},
           {"null", ":wrong_type"},
           {"{}", "/type:required"},
           {R"({"type":"nonsense"})", "/type:not_allowed"},
           {R"({"type":["chat"]})", "/type:wrong_type"},
           {R"({"type":"ping","more":1})", "/more:unknown_member"},
           {R"({"type":"chat"})", "/payload/message:required"},
           {R"({"type":"chat","payload":7})", "/payload:wrong_type"},
           {R"({"type":"chat","payload":{"message":"x","user_id":"y"}})", "/payload/user_id:unknown_member"},
           {R"({"type":"chat","more":1,"payload":{"message":7}})", "/more:unknown_member /payload/message:wrong_type"},
           {R"({"type":"cancel","payload":{"conversation_id":"x"}})", "/payload/conversation_id:not_allowed"},
           {R"({"type":"subscribe"})", "/conversation_id:required"},
           {R"({"type":"subscribe","conversation_id":"x"})", "/conversation_id:not_allowed"},
       })
    EXPECT_EQ(faults_of(read_frame(text).what), faults) << text;
  const auto long_id = read_frame(R"({"type":"ping","request_id":")" + std::string(65, 'r') + R"("})");
  EXPECT_TRUE(long_id.request_id.empty()) << "what is too long is not said again";
  EXPECT_EQ(faults_of(long_id.what), "/request_id:too_long");
  EXPECT_EQ(read_frame(R"({"type":"ping","request_id":")" + std::string(64, 'r') + R"("})").request_id.size(), 64U);
}

}  // namespace kontor::api
