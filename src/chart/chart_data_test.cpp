#include "chart/chart_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace kontor::chart {
namespace {

using indicator::kind;

constexpr std::int64_t hour = 3'600'000;

market::candle candle_at(std::int64_t i) {
  const auto price = 100 + 10 * std::sin(static_cast<double>(i) / 7);
  return {.time = i * hour,
          .open = price,
          .high = price + 1.5,
          .low = price - 1.25,
          .close = price + 0.1,
          .volume = 3.5,
          .quote_volume = 350};
}

market::candle_range candles(std::int64_t first, std::int64_t last) {
  std::vector<market::candle> rows;
  for (auto i = first; i < last; ++i)
    rows.push_back(candle_at(i));
  const auto count = rows.size();
  market::candle_range out;
  out.append(std::make_shared<const market::candle_columns>(std::move(rows)), 0, count);
  return out;
}

// `shown` candles with `before` of them in front.
market::candle_answer answer(std::int64_t before, std::int64_t shown) {
  return {.lead_in = candles(0, before),
          .candles = candles(before, before + shown),
          .finished = static_cast<std::size_t>(shown),
          .from = before * hour,
          .to = (before + shown) * hour,
          .finished_to = (before + shown) * hour,
          .fetched_at = base::from_microseconds(1'800'000'000'000'000)};
}

chosen_indicator chosen(kind what, std::vector<double> numbers, std::string color = "") {
  return {.what = {.what = what, .parameters = std::move(numbers)}, .color = std::move(color)};
}

}  // namespace

TEST(ChartData, AnIndicatorHasAValueForEachCandleAndGapsOnlyWhereNothingIsBefore) {
  const auto sma = indicator::spec{.what = kind::sma, .parameters = {5}};
  const auto without = compute_over(sma, market::interval::h1, answer(0, 20));
  ASSERT_EQ(without.size(), 1U);
  ASSERT_EQ(without[0].size(), 20U);
  EXPECT_TRUE(std::isnan(without[0][3]));
  EXPECT_FALSE(std::isnan(without[0][4]));
  const auto with = compute_over(sma, market::interval::h1, answer(20, 20));
  EXPECT_FALSE(std::isnan(with[0][0]));
  const auto behind_fewer = compute_over(sma, market::interval::h1, answer(2, 20));
  EXPECT_TRUE(std::isnan(behind_fewer[0][1]));
  EXPECT_FALSE(std::isnan(behind_fewer[0][2]));
}

TEST(ChartData, ValuesDoNotDependOnWhatElseIsComputed) {
  const auto rsi = indicator::spec{.what = kind::rsi, .parameters = {14}};
  const auto obv = indicator::spec{.what = kind::obv, .parameters = {}};
  const auto few = indicator::lead_in(rsi, std::chrono::hours(1));
  // As if another one had needed more before it.
  EXPECT_EQ(compute_over(rsi, market::interval::h1, answer(few, 50))[0].size(), 50U);
  auto longer = answer(few + 500, 50);
  auto exact = longer;
  exact.lead_in = longer.lead_in.part(500);
  EXPECT_EQ(compute_over(rsi, market::interval::h1, longer), compute_over(rsi, market::interval::h1, exact));
  EXPECT_EQ(compute_over(obv, market::interval::h1, longer)[0][0], 0) << "it begins where the range begins";
}

TEST(ChartData, IsWrittenAsTheContractSays) {
  const auto told = answer(0, 2);
  const std::vector<std::string> indicators = {
      indicator_json(chosen(kind::sma, {2}, "#ff8800"), market::interval::h1, told)};
  const market::series of{market::venue::spot, "BTCUSDT", market::interval::h1};
  const auto text = data_json(std::nullopt, of, told, indicators, "abc");
  const std::string head = R"j({"chart_id":null,"market":"spot","symbol":"BTCUSDT","interval":"1H","from":0,)j"
                           R"j("to":7200000,"finished_to":7200000,"is_stale":false,)j"
                           R"j("fetched_at":"2027-01-15T08:00:00Z","has_older":false,"is_forming":false,)j"
                           R"j("candles":{"time":[0,3600000],"open":[100,)j";
  EXPECT_EQ(text.substr(0, head.size()), head);
  const std::string middle = R"j("indicators":[{"kind":"sma","params":{"period":2},"color":"#ff8800",)j"
                             R"j("text":"sma(2)","outputs":[{"name":"value","values":[null,)j";
  EXPECT_NE(text.find(middle), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(R"j(]}]}],"hash":"abc"})j")) << text;
}

TEST(ChartData, AnIndicatorWithoutNumbersOrColourIsWrittenPlainly) {
  std::string out;
  append_indicator(out, chosen(kind::obv, {}));
  EXPECT_EQ(out, R"({"kind":"obv","params":{})");
  out.clear();
  append_indicator(out, chosen(kind::bollinger, {20, 2.5}));
  EXPECT_EQ(out, R"({"kind":"bollinger","params":{"period":20,"deviations":2.5})");
}

TEST(ChartData, ATableHasAHeadAndALineForEachCandle) {
  const std::vector<chosen_indicator> all = {chosen(kind::sma, {2}), chosen(kind::macd, {12, 26, 9})};
  const auto text = data_csv(market::interval::h1, answer(0, 2), all);
  const std::string head = R"c(time,open,high,low,close,volume,quote_volume,"sma(2)",)c"
                           R"c("macd(12,26,9) macd","macd(12,26,9) signal","macd(12,26,9) histogram")c"
                           "\r\n";
  ASSERT_EQ(text.substr(0, head.size()), head);
  EXPECT_TRUE(text.substr(head.size()).starts_with("1970-01-01T00:00:00Z,100,101.5,98.75,100.1,3.5,350,,,,\r\n"))
      << text;
  EXPECT_TRUE(text.ends_with(",,,\r\n")) << "MACD is not warm after two";
}

TEST(ChartData, TheLongestLeadInCounts) {
  const std::vector<chosen_indicator> all = {chosen(kind::sma, {5}), chosen(kind::ema, {200}), chosen(kind::rsi, {14})};
  EXPECT_EQ(lead_in_of(all, market::interval::h1),
            indicator::lead_in({.what = kind::ema, .parameters = {200}}, std::chrono::hours(1)));
  EXPECT_EQ(lead_in_of({}, market::interval::h1), 0);
  EXPECT_EQ(texts_of(all), (std::vector<std::string>{"sma(5)", "ema(200)", "rsi(14)"}));
}

}  // namespace kontor::chart
