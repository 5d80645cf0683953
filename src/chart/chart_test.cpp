#include "chart/chart.hpp"

#include "chart/indicator_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor::chart {
namespace {

using indicator::kind;

indicator::spec spec(kind what, std::vector<double> numbers) {
  return {.what = what, .parameters = std::move(numbers)};
}

}  // namespace

TEST(IndicatorText, IsReadAsPeopleWriteIt) {
  const std::vector<std::pair<std::string, indicator::spec>> rows = {
      {"rsi(14)", spec(kind::rsi, {14})},
      {" RSI ( 14 ) ", spec(kind::rsi, {14})},
      {"sma", spec(kind::sma, {20})},
      {"sma()", spec(kind::sma, {20})},
      {"macd(12,26,9)", spec(kind::macd, {12, 26, 9})},
      {"macd(5, 10)", spec(kind::macd, {5, 10, 9})},
      {"bollinger(20,2.5)", spec(kind::bollinger, {20, 2.5})},
      {"obv()", spec(kind::obv, {})},
      {"obv", spec(kind::obv, {})},
  };
  for (const auto& [text, expected] : rows) {
    const auto read = indicator::parse_text(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, expected) << text;
    EXPECT_EQ(*indicator::parse_text(indicator::to_text(expected)), expected) << text;
  }
}

TEST(IndicatorText, WhatIsNoneIsRefused) {
  for (const std::string text : {"",
                                 "rsi(14",
                                 "rsi14",
                                 "rsi 14",
                                 "rsi(14))",
                                 "rsi(,)",
                                 "rsi(14,)",
                                 "rsi(14,3)",
                                 "rsi(x)",
                                 "rsi(1e1)",
                                 "rsi(nan)",
                                 "rsi(inf)",
                                 "rsi(0x10)",
                                 "rsi(-3)",
                                 "rsi(0)",
                                 "rsi(1.5)",
                                 "macd(26,12,9)",
                                 "cci(20)",
                                 "obv(1)",
                                 "rsi(14)rsi(14)",
                                 "sma(20)#fff",
                                 "вsi(14)",
                                 "sma(99999999999999999999)"})
    EXPECT_FALSE(indicator::parse_text(text)) << text;
  EXPECT_FALSE(indicator::parse_text("sma(" + std::string(200, ' ') + "20)"));
}

TEST(IndicatorText, SeveralHaveCommasBetween) {
  const auto read = parse_indicators("rsi(14), macd(12,26,9),obv", 3);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (std::vector{spec(kind::rsi, {14}), spec(kind::macd, {12, 26, 9}), spec(kind::obv, {})}));
  EXPECT_TRUE(parse_indicators("", 3)->empty());
  EXPECT_FALSE(parse_indicators("rsi(14),macd(12,26,9),obv,sma", 3));
  EXPECT_FALSE(parse_indicators("rsi(14),rsi", 3)) << "twice the same";
  for (const auto* text : {",", "rsi,", ",rsi", "rsi,,sma", "rsi(14),(", "rsi;sma"})
    EXPECT_FALSE(parse_indicators(text, 5)) << text;
}

TEST(Chart, IndicatorsAreStoredAsTextAndReadBack) {
  const std::vector<chosen_indicator> all = {{.what = spec(kind::rsi, {14}), .color = "#ff8800"},
                                             {.what = spec(kind::macd, {12, 26, 9}), .color = ""},
                                             {.what = spec(kind::bollinger, {20, 2.25}), .color = "#000000"}};
  EXPECT_EQ(to_text(all), "rsi(14)#ff8800 macd(12,26,9) bollinger(20,2.25)#000000");
  EXPECT_EQ(parse_stored(to_text(all)), all);
  EXPECT_TRUE(parse_stored("").empty());
  // Of a newer program, say.
  EXPECT_EQ(parse_stored("tea(5) rsi(14)#ff8800").size(), 1U);
}

TEST(Chart, NamesAreReadBackAndNothingElse) {
  for (const auto each : {theme::system, theme::light, theme::dark})
    EXPECT_EQ(parse_theme(name_of(each)), each);
  for (const auto each : {maker::user, maker::model})
    EXPECT_EQ(parse_maker(name_of(each)), each);
  for (const auto* wrong : {"", "Dark", "blue"}) {
    EXPECT_EQ(parse_theme(wrong), std::nullopt);
    EXPECT_EQ(parse_maker(wrong), std::nullopt);
  }
  EXPECT_TRUE(is_color("#09afff"));
  for (const auto* wrong : {"", "#", "#fff", "#09AFFF", "09afff0", "#09affff", "#09aff g", "#09afg0"})
    EXPECT_FALSE(is_color(wrong)) << wrong;
}

}  // namespace kontor::chart
