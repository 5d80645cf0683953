#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::indicator;
using namespace std::chrono_literals;

std::int64_t lead_of(std::string_view text, std::chrono::milliseconds every = 1min) {
  return lead_in(parse_text(text).value(), every);
}

TEST(LeadIn, OfWindowsIsAllButTheLastOfThem) {
  EXPECT_EQ(lead_of("sma(20)"), 19);
  EXPECT_EQ(lead_of("wma(1)"), 0);
  EXPECT_EQ(lead_of("bollinger(20,2)"), 19);
  EXPECT_EQ(lead_of("volume_average(500)"), 499);
  EXPECT_EQ(lead_of("stochastic(14,3,5)"), 19);
  EXPECT_EQ(lead_of("ema(1)"), 0);
}

TEST(LeadIn, OfVwapIsTheRestOfItsDays) {
  EXPECT_EQ(lead_of("vwap(1)"), 1439);
  EXPECT_EQ(lead_of("vwap(1)", 1h), 23);
  EXPECT_EQ(lead_of("vwap(1)", 24h), 0);
  EXPECT_EQ(lead_of("vwap(1)", 168h), 0);
  EXPECT_EQ(lead_of("vwap(7)", 72h), 2);
  EXPECT_EQ(lead_of("vwap(366)", 1min), longest_lead_in);
  EXPECT_EQ(lead_of("vwap(0)"), 0);
}

TEST(LeadIn, OfObvIsNone) {
  EXPECT_EQ(lead_of("obv"), 0);
}

TEST(LeadIn, IsNeverMoreThan20000AndOnlyAVwapIsCut) {
  for (const auto* text : {"ema(500)", "rsi(500)", "atr(500)", "macd(499,500,500)", "stochastic(500,500,500)"}) {
    EXPECT_LT(lead_of(text), longest_lead_in) << text;
    EXPECT_GT(lead_of(text), 1000) << text;
  }
}

// The last candles of 40,000, from lead_in candles before each of them and from all of them. What is a difference of
// two EMAs is measured by them, that is by the price: no sum is more exact than its parts.
TEST(LeadIn, ValuesAreTheSameWhereverARangeBegins) {
  const auto bars = fixture::walk(40'000, 8);
  for (const auto& what : fixture::every_spec()) {
    if (what.what == kind::obv || to_text(what) == "vwap(0)") continue;
    const auto whole = compute(what, bars);
    const auto lead = static_cast<std::size_t>(lead_in(what));
    for (const std::size_t at : {bars.size() - 1, bars.size() - 500, bars.size() - 1441, bars.size() - 7001}) {
      const auto by = start(what);
      values last;
      for (std::size_t i = at - lead; i <= at; ++i)
        last = by->push(bars[i]);
      for (std::size_t j = 0; j < whole.size(); ++j) {
        ASSERT_TRUE(last[j]) << to_text(what);
        const double size = what.what == kind::macd ? bars[at].close : std::fabs(whole[j][at]);
        ASSERT_NEAR(*last[j], whole[j][at], 1e-11 * size) << to_text(what) << " at " << at;
      }
    }
  }
}

}  // namespace
