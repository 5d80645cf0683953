#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace kontor::indicator;
using kontor::base::errc;
using named = std::vector<std::pair<std::string, double>>;

/// `PATH CODE` of each field error; empty: it is good.
std::vector<std::string> faults(const kontor::base::result<spec>& found) {
  std::vector<std::string> out;
  if (found) return out;
  EXPECT_EQ(found.error().code, errc::invalid_input);
  for (const auto& each : found.error().fields) {
    EXPECT_FALSE(each.message.empty());
    out.push_back(each.path + ' ' + each.code);
  }
  return out;
}
using list = std::vector<std::string>;

TEST(Spec, NamesOfKindsAreReadAsTheyAreWritten) {
  EXPECT_EQ(all_kinds().size(), 11u);
  for (const auto what : all_kinds()) {
    EXPECT_EQ(parse_kind(name_of(what)), what);
    EXPECT_GE(outputs_of(what).size(), 1u);
    EXPECT_LE(outputs_of(what).size(), most_outputs);
  }
  EXPECT_EQ(parse_kind("SMA"), std::nullopt);
  EXPECT_EQ(parse_kind(""), std::nullopt);
}

TEST(Spec, UsualValuesAreThoseOfTheField) {
  list texts;
  for (const auto what : all_kinds())
    texts.push_back(to_text(make_spec(what, {}).value()));
  EXPECT_EQ(texts, (list{"sma(20)", "ema(20)", "wma(20)", "rsi(14)", "macd(12,26,9)", "bollinger(20,2)", "atr(14)",
                         "stochastic(14,3,3)", "vwap(1)", "obv()", "volume_average(20)"}));
}

// The others of MACD are set so that fast stays less than slow.
TEST(Spec, EachParameterIsTakenAtItsLimitsAndRefusedBeyond) {
  for (const auto what : all_kinds())
    for (const auto& each : parameters_of(what)) {
      const auto with = [&](double number) {
        named all{{std::string(each.name), number}};
        if (what == kind::macd && each.name == "fast") all.emplace_back("slow", 500);
        if (what == kind::macd && each.name == "slow") all.emplace_back("fast", 1);
        return make_spec(what, all);
      };
      const auto refused = list{"/params/" + std::string(each.name) + " not_allowed"};
      const bool is_fast = what == kind::macd && each.name == "fast";
      const bool is_slow = what == kind::macd && each.name == "slow";
      EXPECT_TRUE(with(is_slow ? 2 : each.least)) << name_of(what);
      EXPECT_TRUE(with(is_fast ? 499 : each.most)) << name_of(what);
      EXPECT_EQ(faults(with(each.is_whole ? each.least - 1 : each.least - 1e-9)), refused) << name_of(what);
      EXPECT_EQ(faults(with(each.is_whole ? each.most + 1 : each.most + 1e-9)), refused) << name_of(what);
      EXPECT_EQ(faults(with(std::numeric_limits<double>::quiet_NaN())), refused) << name_of(what);
      EXPECT_EQ(faults(with(std::numeric_limits<double>::infinity())), refused) << name_of(what);
      EXPECT_EQ(faults(with(each.usual + 0.5)), each.is_whole ? refused : list{}) << name_of(what);
    }
}

TEST(Spec, PeriodsThatMakeNoSenseAreRefused) {
  EXPECT_TRUE(parse_text("rsi(2)"));
  EXPECT_FALSE(parse_text("rsi(1)"));
  EXPECT_TRUE(parse_text("bollinger(2)"));
  EXPECT_FALSE(parse_text("bollinger(1)"));
  EXPECT_TRUE(parse_text("bollinger(20,0.1)"));
  EXPECT_FALSE(parse_text("bollinger(20,0.09)"));
  EXPECT_TRUE(parse_text("vwap(0)"));
  EXPECT_TRUE(parse_text("vwap(366)"));
  EXPECT_FALSE(parse_text("vwap(367)"));
}

TEST(Spec, TheFastPeriodOfMacdIsLessThanTheSlow) {
  EXPECT_TRUE(make_spec(kind::macd, named{{"fast", 25}}));
  EXPECT_EQ(faults(make_spec(kind::macd, named{{"fast", 26}})), list{"/params/fast not_allowed"});
  EXPECT_EQ(faults(parse_text("macd(2,2,1)")), list{"/params/fast not_allowed"});
}

TEST(Spec, AllFaultsAreToldAtOnce) {
  EXPECT_EQ(faults(make_spec(kind::stochastic, named{{"period", 0}, {"smooth", 3}, {"smooth_d", 1.5}})),
            (list{"/params/period not_allowed", "/params/smooth unknown_member", "/params/smooth_d not_allowed"}));
  EXPECT_EQ(faults(make_spec(kind::obv, named{{"period", 1}})), list{"/params/period unknown_member"});
}

TEST(Spec, TextsAreReadBack) {
  for (const auto& each : fixture::every_spec())
    EXPECT_EQ(parse_text(to_text(each)).value(), each) << to_text(each);
  const auto odd = make_spec(kind::bollinger, named{{"period", 500}, {"deviations", 2.1234567890123457}}).value();
  EXPECT_LE(to_text(odd).size(), longest_text);
  EXPECT_EQ(parse_text(to_text(odd)).value(), odd);
}

TEST(Spec, WhatIsLeftOutIsUsual) {
  for (const auto* text : {"rsi(14)", "rsi", "rsi()", "RSI(14)", "Rsi( 14 )", " rsi (14) ", "rsi(14.0)", "rsi(014)"})
    EXPECT_EQ(to_text(parse_text(text).value()), "rsi(14)") << text;
  for (const auto* text : {"macd(12,26,9)", "macd(12, 26)", "MACD(12)", "macd"})
    EXPECT_EQ(to_text(parse_text(text).value()), "macd(12,26,9)") << text;
  EXPECT_EQ(to_text(parse_text("obv").value()), "obv()");
  EXPECT_EQ(to_text(parse_text("bollinger(20,2.50)").value()), "bollinger(20,2.5)");
}

TEST(Spec, WhatIsNoTextIsRefused) {
  for (const auto* text : {"rsi(14",
                           "rsi)",
                           "rsi(14))",
                           "rsi((14)",
                           "rsi(14)x",
                           "rsi(14)(14)",
                           "rsi(14,)",
                           "rsi(,)",
                           "rsi(14,3)",
                           "obv(1)",
                           "rsi(-14)",
                           "rsi(+14)",
                           "rsi(1e1)",
                           "rsi(0x10)",
                           "rsi(nan)",
                           "rsi(inf)",
                           "rsi(14.)",
                           "rsi(.5)",
                           "rsi(1.4.0)",
                           "rsi(14;)",
                           "rsi(1 4)",
                           "rsi(14\n)",
                           "rsi(99999999999999999999)",
                           "rsi(14.5)",
                           "(14)",
                           "",
                           "()",
                           "rsi14",
                           "r\xC3\xA4i(14)"})
    EXPECT_FALSE(faults(parse_text(text)).empty()) << text;
  EXPECT_EQ(faults(parse_text("cci(20)")), list{"/kind not_allowed"});
  EXPECT_EQ(faults(parse_text("macd(0,26,501)")), (list{"/params/fast not_allowed", "/params/signal not_allowed"}));
  EXPECT_EQ(faults(parse_text(std::string_view("rsi(14)\0", 8))), list{" not_allowed"});
}

TEST(Spec, ATextHas64BytesAtMost) {
  EXPECT_TRUE(parse_text("rsi(14)" + std::string(57, ' ')));
  EXPECT_EQ(faults(parse_text("rsi(14)" + std::string(58, ' '))), list{" not_allowed"});
}

}  // namespace
