#include "chat/chart_pin.hpp"

#include "json/parse.hpp"
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace kontor::chat {
namespace {

const std::string some_hash(64, 'a');

chart_pin some_pin() {
  return {.market = "spot",
          .symbol = "BTCUSDT",
          .interval = "4H",
          .from = 1'800'000'000'000,
          .to = 1'800'014'400'000,
          .indicators = {"rsi(14)", "bollinger(20,2.5)"},
          .hash = some_hash};
}

message message_of(std::string text) {
  message out{};
  out.role = "user";
  out.content = std::move(text);
  return out;
}

// The fields that are refused, with their codes; none: a pin was read.
std::string refused(std::string_view body, const pin_check& check = {}) {
  const auto parsed = json::parse(body).value();
  json::object_reader in(parsed);
  const auto pin = read_pin_member(in, "chart", check);
  const auto done = in.finish();
  EXPECT_EQ(pin.has_value(), done.has_value()) << body;
  return done ? "" : tests::faults_of(done);
}

// The pin with one member replaced; empty: without it.
std::string with(std::string_view name, std::string_view value) {
  std::string out;
  const std::array<std::pair<std::string_view, std::string>, 7> members{{{"market", R"("spot")"},
                                                                         {"symbol", R"("BTCUSDT")"},
                                                                         {"interval", R"("4H")"},
                                                                         {"from", "1000"},
                                                                         {"to", "2000"},
                                                                         {"indicators", R"x(["rsi(14)"])x"},
                                                                         {"hash", '"' + some_hash + '"'}}};
  for (const auto& [member, usual] : members) {
    const auto text = member == name ? std::string(value) : usual;
    if (!text.empty()) out.append(out.empty() ? "" : ",").append("\"").append(member).append("\":").append(text);
  }
  return R"({"chart":{)" + out + "}}";
}

}  // namespace

TEST(ChartPin, IsReadAsItWasWritten) {
  auto said = message_of("and now?");
  EXPECT_FALSE(pin_of(said));
  set_pin(said, some_pin());
  EXPECT_EQ(pin_of(said), some_pin());
  EXPECT_EQ(to_sentence(some_pin()),
            "The user speaks of a chart of BTCUSDT (spot), interval 4H, candles from 2027-01-15 08:00 UTC to "
            "2027-01-15 12:00 UTC, rsi(14), bollinger(20,2.5). The hash of its data is " +
                some_hash + ".");
}

TEST(ChartPin, MetadataOfSomebodyElseIsNone) {
  for (const auto* const metadata :
       {"{", "[]", "{}", R"({"tool_calls":[]})", R"({"chart":null})", R"({"chart":"BTCUSDT"})", R"({"chart":{}})"}) {
    auto said = message_of("x");
    said.metadata = metadata;
    EXPECT_FALSE(pin_of(said)) << metadata;
  }
}

TEST(ChartPin, WhatIsWrongIsToldWhereItStands) {
  struct row {
    std::string_view name, value, refused;
  };
  constexpr std::string_view longest = R"("AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDD")";
  constexpr std::string_view longer = R"("AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD")";
  const std::array<row, 27> rows{{
      {"market", "", "/chart/market:required"},
      {"market", R"("Spot")", "/chart/market:not_allowed"},
      {"symbol", longest, ""},
      {"symbol", longer, "/chart/symbol:not_allowed"},
      {"symbol", R"("")", "/chart/symbol:not_allowed"},
      {"symbol", R"("btcusdt")", "/chart/symbol:not_allowed"},
      {"symbol", "7", "/chart/symbol:wrong_type"},
      {"interval", R"("4h")", "/chart/interval:not_allowed"},
      {"interval", R"("1M")", ""},
      {"from", "0", ""},
      {"from", "-1", "/chart/from:not_allowed"},
      {"from", "1999", ""},
      {"from", "2000", "/chart/from:not_allowed"},
      {"from", "1.5", "/chart/from:wrong_type"},
      {"to", "0", "/chart/to:not_allowed"},
      {"to", "253402300799999", ""},
      {"to", "253402300800000", "/chart/to:not_allowed"},
      {"indicators", "", "/chart/indicators:required"},
      {"indicators", "[]", ""},
      {"indicators", R"x(["obv()","vwap(0)","sma(7)"])x", ""},
      {"indicators", R"x(["sma(7)","foo(1)"])x", "/chart/indicators/1:not_allowed"},
      {"indicators", R"x(["sma(7"])x", "/chart/indicators/0:not_allowed"},
      {"indicators", R"x(["(7)"])x", "/chart/indicators/0:not_allowed"},
      {"indicators", R"x(["sma(7;DROP)"])x", "/chart/indicators/0:not_allowed"},
      {"indicators", R"x(["obv()","obv()","obv()","obv()","obv()","obv()","obv()","obv()","obv()","obv()","obv()"])x",
       "/chart/indicators:too_long"},
      {"hash", R"("abc")", "/chart/hash:not_allowed"},
      {"hash", R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")", "/chart/hash:not_allowed"},
  }};
  for (const auto& [name, value, wanted] : rows)
    EXPECT_EQ(refused(with(name, value)), wanted) << name << " " << value;
}

TEST(ChartPin, IsHeldAgainstWhatIsKnownElsewhere) {
  const pin_check no_such_symbol = [](json::object_reader& in, const chart_pin& what) {
    EXPECT_EQ(what.symbol, "BTCUSDT");
    in.refuse("symbol", "not_allowed", "There is no such symbol.");
  };
  EXPECT_EQ(refused(with("", ""), no_such_symbol), "/chart/symbol:not_allowed");
}

}  // namespace kontor::chat
