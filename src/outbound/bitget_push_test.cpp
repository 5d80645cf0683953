#include "outbound/bitget_push.hpp"

#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

using market::interval;
using market::series;
using market::venue;

const series minutes{venue::spot, "BTCUSDT", interval::m1};

boost::json::value exchange(std::string_view name) {
  const auto all = test::vector_json("bitget/ws-public.json");
  for (const auto& each : all.at("exchanges").as_array())
    if (test::text_at(each, "name") == name) return each;
  throw std::runtime_error("no such exchange of words");
}

template <class T>
T heard(const std::string& text) {
  return std::get<T>(read_bitget_push(text).value());
}

}  // namespace

TEST(BitgetPush, ReadsWhatWasRecorded) {
  const auto candle = exchange("candle");
  EXPECT_EQ(heard<bitget_subscribed>(boost::json::serialize(candle.at("ack"))).of, minutes);
  const auto first = heard<bitget_candles_pushed>(boost::json::serialize(candle.at("push_first")));
  EXPECT_EQ(first.of, minutes);
  ASSERT_EQ(first.candles.size(), 2u);
  EXPECT_EQ(first.candles[1],
            (market::candle{1701871680000, 44028.51, 44108.11, 44028.5, 44108.11, 17.139, 755436.870643}));
  const auto later = heard<bitget_candles_pushed>(boost::json::serialize(candle.at("push_later")));
  ASSERT_EQ(later.candles.size(), 1u);
  EXPECT_EQ(later.candles[0].close, 44111.2);
  heard<bitget_pong>(test::text_at(exchange("ping"), "receive_text"));
  heard<bitget_other>(boost::json::serialize(exchange("ticker").at("push_first")));
  heard<bitget_other>(boost::json::serialize(exchange("unsubscribe").at("ack")));
  const auto error = heard<bitget_socket_error>(boost::json::serialize(exchange("error").at("error")));
  EXPECT_EQ(error.code, 30001);
  EXPECT_FALSE(error.of.has_value());
}

TEST(BitgetPush, AsksInTheRecordedWords) {
  for (const auto& [name, op] :
       {std::pair("candle", bitget_op::subscribe), std::pair("unsubscribe", bitget_op::unsubscribe)})
    EXPECT_EQ(boost::json::parse(bitget_socket_request(op, std::vector{minutes})), exchange(name).at("send"));
  const std::vector<series> two{{venue::coin_futures, "BTCUSD", interval::d1},
                                {venue::usdt_futures, "ETHUSDT", interval::h1}};
  EXPECT_EQ(bitget_socket_request(bitget_op::subscribe, two),
            R"({"op":"subscribe","args":[{"instType":"COIN-FUTURES","channel":"candle1Dutc","instId":"BTCUSD"},)"
            R"({"instType":"USDT-FUTURES","channel":"candle1H","instId":"ETHUSDT"}]})");
}

TEST(BitgetPush, ACodeIsANumberOrAText) {
  for (const char* text : {R"({"event":"error","code":30001,"msg":"x"})", R"({"event":"error","code":"30001"})"})
    EXPECT_EQ(heard<bitget_socket_error>(text).code, 30001);
  for (const char* text : {R"({"event":"error"})", R"({"event":"error","code":"x"})", R"({"event":"error","code":-1})",
                           R"({"event":"error","code":99999999999})", R"({"event":"error","code":{}})"})
    EXPECT_EQ(heard<bitget_socket_error>(text).code, 0) << text;
  const auto named = heard<bitget_socket_error>(
      R"({"event":"error","code":30001,"arg":{"instType":"SPOT","channel":"candle1m","instId":"BTCUSDT"}})");
  EXPECT_EQ(named.of, minutes);
}

TEST(BitgetPush, WhatItDoesNotKnowDoesNoHarm) {
  for (const char* text :
       {"{}", R"({"event":"login","code":0})", R"({"action":"snapshot"})",
        R"({"action":"update","arg":{"instType":"SPOT","channel":"candle1m","instId":"BTCUSDT"},"data":[]})",
        R"({"action":"update","arg":{"instType":"SPOT","channel":"candle1m","instId":"BTCUSDT"},"data":{}})",
        R"({"action":"update","arg":{"instType":"SPOT","channel":"candle1m","instId":"BTCUSDT"},"data":[["x"]]})",
        R"({"action":"gone","arg":{"instType":"SPOT","channel":"candle1m","instId":"BTCUSDT"},"data":[["1"]]})",
        R"({"event":"subscribe","arg":{"instType":"OPTIONS","channel":"candle1m","instId":"BTCUSDT"}})",
        R"({"event":"subscribe","arg":{"instType":"SPOT","channel":"candle1m","instId":"btc usdt"}})",
        R"({"event":"subscribe","arg":{"instType":"SPOT","channel":"candle9m","instId":"BTCUSDT"}})",
        R"({"event":"subscribe","arg":7})"})
    heard<bitget_other>(text);
  for (const char* text : {"", "PONG", "[]", "7", "{", "\"pong\"", "{\"a\":1,\"a\":2}", "pong "})
    EXPECT_FALSE(read_bitget_push(text).has_value()) << text;
}

}  // namespace kontor::outbound
