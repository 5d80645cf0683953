#include "outbound/bitget_candles.hpp"

#include "tests/support/vector_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::outbound {
namespace {

using market::candle;
using market::interval;
using market::series;
using market::time_range;
using market::venue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

boost::json::value data_of(const char* file) {
  return test::vector_json(std::string("bitget/") + file).at("response").at("body").at("data");
}
std::vector<candle> recorded(const char* file, venue where = venue::spot) {
  return read_bitget_candles(data_of(file), where).value();
}
std::vector<candle> read_rows(const char* json, venue where = venue::spot) {
  return read_bitget_candles(boost::json::parse(json), where).value();
}

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t now = 20'000 * day;

candle_question ask(series of, std::int64_t from, std::int64_t to) {
  return bitget_candle_question(of, {from, to}, now).value();
}

}  // namespace

TEST(BitgetCandles, ReadsEveryRecordedAnswer) {
  EXPECT_THAT(recorded("recorded-spot-candle.json"),
              ElementsAre(candle{1703762160000, 43050.41, 43050.46, 43042.66, 43044, 0.6049, 26039.632367}));
  EXPECT_THAT(recorded("recorded-mix-candle-usdt.json", venue::usdt_futures),
              ElementsAre(candle{1703762100000, 43094.7, 43095.8, 43080.4, 43084.2, 90.097, 3882338.2038}));
  // Of a contract on coins: the coin first, the price's currency after it.
  EXPECT_THAT(recorded("recorded-mix-candle-coin.json", venue::coin_futures),
              ElementsAre(candle{1703762100000, 43113.6, 43113.6, 43104.1, 43104.1, 0.199, 8578.3319}));
  EXPECT_EQ(recorded("mix-candles.json", venue::usdt_futures).size(), 2u);
  EXPECT_FALSE(recorded("spot-candles-1min.json").empty());
  EXPECT_THAT(recorded("spot-candles-empty.json"), IsEmpty());
  const auto synthetic = recorded("spot-candles-1h-synthetic.json");
  EXPECT_EQ(synthetic.size(), data_of("spot-candles-1h-synthetic.json").as_array().size());
  // Seven columns on spot, too.
  EXPECT_THAT(recorded("uta-candles.json"),
              ElementsAre(candle{1750417680000, 106010, 106090.4, 106010, 106032, 0.045, 4772.74192}));
}

TEST(BitgetCandles, TheLaterOfTwoRowsWins) {
  EXPECT_EQ(recorded("spot-candles-doc-duplicate-ts.json").size(), 1u);
  const auto history = recorded("spot-history-candles.json");
  ASSERT_EQ(history.size(), 4u);
  EXPECT_EQ(history[2].time, 1654012800000);
  EXPECT_EQ(history[2].open, 39270.4);
  EXPECT_EQ(history[2].volume, 42.444);
}

TEST(BitgetCandles, SortsWhatComesInAnyOrder) {
  const auto all = read_rows(R"([["3000","3","3","3","3","1","1"],["1000","1","1","1","1","1","1"],
                            ["2000","2","2","2","2","1","1"],["1000","9","9","9","9","1","1"]])");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].open, 9);
  EXPECT_EQ(all[1].time, 2000);
  EXPECT_EQ(all[2].time, 3000);
}

TEST(BitgetCandles, OneBrokenRowDoesNotTakeTheOthersAlong) {
  constexpr const char* good = R"(["1700000000000","2","3","1","2","5","10","10"])";
  for (const char* bad : {"null",
                          "7",
                          "{}",
                          "[]",
                          R"(["1700000060000","2","3","1","2","5"])",
                          R"(["x","2","3","1","2","5","10","10"])",
                          R"(["","2","3","1","2","5","10","10"])",
                          R"(["0","2","3","1","2","5","10","10"])",
                          R"(["-1700000060000","2","3","1","2","5","10","10"])",
                          R"(["1700000060000.5","2","3","1","2","5","10","10"])",
                          R"(["99999999999999999","2","3","1","2","5","10","10"])",
                          R"(["1700000060000","","3","1","2","5","10","10"])",
                          R"(["1700000060000","2",null,"1","2","5","10","10"])",
                          R"(["1700000060000","2","3","0","2","5","10","10"])",
                          R"(["1700000060000","2","3","-1","2","5","10","10"])",
                          R"(["1700000060000","2","1","3","2","5","10","10"])",
                          R"(["1700000060000","nan","3","1","2","5","10","10"])",
                          R"(["1700000060000","2","inf","1","2","5","10","10"])",
                          R"(["1700000060000","2","1e400","1","2","5","10","10"])",
                          R"(["1700000060000","2","3","1","2","-5","10","10"])",
                          R"(["1700000060000","2","3","1","2","5","10","x"])"}) {
    const auto all = read_rows(("[" + std::string(bad) + "," + good + "," + bad + "]").c_str());
    ASSERT_EQ(all.size(), 1u) << bad;
    EXPECT_EQ(all[0], (candle{1700000000000, 2, 3, 1, 2, 5, 10}));
  }
  EXPECT_EQ(read_rows(R"([[1700000000000,2,3.5,1,2,0,0]])").at(0).high, 3.5) << "numbers are numbers as well";
  EXPECT_THAT(read_rows("null"), IsEmpty());
  for (const char* other : {"{}", "7", R"("x")", "true"})
    EXPECT_FALSE(read_bitget_candles(boost::json::parse(other), venue::spot).has_value()) << other;
}

TEST(BitgetCandles, AnAmountThatIsNotSetIsNone) {
  for (const char* row :
       {R"([["1700000000000","2","3","1","2","","",""]])", R"([[1700000000000,2,3,1,2,null,null]])"}) {
    const auto all = read_rows(row);
    ASSERT_EQ(all.size(), 1u) << row;
    EXPECT_EQ(all[0], (candle{1700000000000, 2, 3, 1, 2, 0, 0}));
  }
}

TEST(BitgetCandles, NotesWhatItLeavesOut) {
  spoilt_rows spoilt;
  const auto data = boost::json::parse(R"([["1700000000000","2","3","1","2","5","10"],["1700000060000","x"],
      ["1700000000000","nan","3","1","2","5","10"],["1700000120000","2","","1","2","5","10"]])");
  EXPECT_EQ(read_bitget_candles(data, venue::spot, &spoilt).value().size(), 1u);
  EXPECT_THAT(spoilt.times, ElementsAre(1700000060000, 1700000120000));
  EXPECT_FALSE(spoilt.has_others);
  (void)read_bitget_candles(boost::json::parse(R"([null])"), venue::spot, &spoilt);
  EXPECT_TRUE(spoilt.has_others);
}

TEST(BitgetCandles, TakesTheVolumeInTheCurrencyOfThePrice) {
  constexpr const char* row = R"([["1700000000000","2","3","1","2","5","11","12"]])";
  EXPECT_EQ(read_rows(row).at(0).quote_volume, 12) << "of spot, the last";
  EXPECT_EQ(read_rows(row, venue::coin_futures).at(0).quote_volume, 11) << "of the socket, where seven columns have it";
}

TEST(BitgetCandles, HasANameForEveryInterval) {
  for (const auto every : market::intervals_of(venue::spot)) {
    EXPECT_FALSE(bitget_granularity(venue::spot, every).empty());
    EXPECT_EQ(bitget_granularity(venue::spot, every).ends_with("utc"), market::longest(every) >= std::chrono::hours(6));
  }
  for (const auto every : market::intervals_of(venue::usdt_futures)) {
    const auto channel = bitget_channel(every);
    EXPECT_EQ(parse_bitget_channel(channel), every);
    EXPECT_EQ(channel.ends_with("utc"), market::longest(every) >= std::chrono::hours(6)) << channel;
  }
  EXPECT_EQ(bitget_granularity(venue::spot, interval::h1), "1h");
  EXPECT_EQ(bitget_granularity(venue::coin_futures, interval::h1), "1H");
  EXPECT_EQ(bitget_granularity(venue::spot, interval::m1), "1min");
  EXPECT_EQ(bitget_granularity(venue::usdc_futures, interval::month), "1Mutc");
  EXPECT_EQ(bitget_channel(interval::d1), "candle1Dutc");
  EXPECT_EQ(parse_bitget_channel("ticker"), std::nullopt);
  EXPECT_EQ(parse_bitget_channel("candle1D"), std::nullopt) << "not the day of UTC";
}

TEST(BitgetCandles, AsksTheRecentOnesAsFarAsTheyGo) {
  const series hours{venue::spot, "BTCUSDT", interval::h1};
  auto asked = ask(hours, now - 10 * day, now);
  EXPECT_EQ(asked.target,
            "/api/v2/spot/market/candles?endTime=1728000000000&granularity=1h&limit=1000"
            "&startTime=1727136000000&symbol=BTCUSDT");
  EXPECT_EQ(asked.route, "/api/v2/spot/market/candles");
  EXPECT_FALSE(asked.may_be_further_back);

  // No more than one answer holds: the latest.
  asked = ask(hours, now - 50 * day, now);
  EXPECT_EQ(asked.within, (time_range{now - 1000 * 3'600'000ll, now}));
  EXPECT_TRUE(asked.may_be_further_back);

  // Its end is within what the recent ones have, its beginning is not.
  asked = ask(hours, now - 90 * day, now - 50 * day);
  EXPECT_EQ(asked.within, (time_range{now - 59 * day, now - 50 * day}));
  EXPECT_TRUE(asked.may_be_further_back);

  asked = ask(hours, now - 90 * day, now - 59 * day);
  EXPECT_EQ(asked.target, "/api/v2/spot/market/history-candles?endTime=" + std::to_string(now - 59 * day) +
                              "&granularity=1h&limit=200&symbol=BTCUSDT");
  EXPECT_EQ(asked.within, (time_range{now - 90 * day, now - 59 * day})) << "without a start, however far back";
}

TEST(BitgetCandles, AsksForNothingThatCannotBeThere) {
  const series minutes{venue::spot, "BTCUSDT", interval::m1};
  EXPECT_FALSE(bitget_candle_question(minutes, {now + day, now + 2 * day}, now).has_value());
  EXPECT_FALSE(bitget_candle_question(minutes, {now, now}, now).has_value());
  EXPECT_FALSE(bitget_candle_question(minutes, {0, 0}, now).has_value());
  EXPECT_EQ(ask(minutes, now - day / 24, now + day).within.to, now + 60'000) << "the one that grows, and no more";
  EXPECT_GE(ask(minutes, -5, 1000).within.from, 0);
}

TEST(BitgetCandles, FuturesSpanNoMoreThanNinetyDays) {
  for (const auto where : {venue::usdt_futures, venue::coin_futures, venue::usdc_futures})
    for (const auto every : market::intervals_of(where)) {
      const series of{where, "BTCUSDT", every};
      for (const auto to : {now, now - 400 * day, now - 3000 * day}) {
        const auto asked = ask(of, 0, to);
        EXPECT_LE(asked.within.to - asked.within.from, 90 * day) << market::name_of(every);
        EXPECT_THAT(asked.target, HasSubstr("&startTime=" + std::to_string(asked.within.from) + "&symbol="));
        EXPECT_THAT(asked.target, HasSubstr("&productType=" + std::string(bitget_product(where)) + "&"));
        EXPECT_GT(asked.within.to, asked.within.from);
      }
    }
  // What the contract of the exchange says for a window of 90 days.
  struct row {
    interval every;
    std::int64_t most;
  };
  for (const auto& [every, most] : {row{interval::m1, 1000},
                                    {interval::h4, 540},
                                    {interval::h6, 360},
                                    {interval::h12, 180},
                                    {interval::d1, 90},
                                    {interval::d3, 30},
                                    {interval::w1, 13},
                                    {interval::month, 4}})
    EXPECT_EQ(bitget_most_at_once({venue::usdt_futures, "BTCUSDT", every}, now - 20 * day, now), most)
        << market::name_of(every);
}

TEST(BitgetCandles, SaysHowManyOneQuestionBrings) {
  EXPECT_EQ(bitget_most_at_once({venue::spot, "BTCUSDT", interval::m1}, now - 28 * day, now), 1000);
  EXPECT_EQ(bitget_most_at_once({venue::spot, "BTCUSDT", interval::m1}, now - 30 * day, now), 200);
  EXPECT_EQ(bitget_most_at_once({venue::spot, "BTCUSDT", interval::d1}, now - 28 * day, now), 300);
  EXPECT_EQ(bitget_most_at_once({venue::spot, "BTCUSDT", interval::w1}, now - 28 * day, now), 100);
}

TEST(BitgetCandles, ReadsSymbols) {
  const auto spot = read_bitget_instruments(data_of("spot-symbols.json"), venue::spot).value();
  ASSERT_EQ(spot.size(), 2u);
  EXPECT_EQ(spot[0], (market::instrument{venue::spot, "BTCUSDT", "BTC", "USDT", 4, 8, true}));
  EXPECT_EQ(spot[1], (market::instrument{venue::spot, "TRXUSDT", "TRX", "USDT", 6, 4, true}));
  EXPECT_THAT(read_bitget_instruments(data_of("mix-contracts.json"), venue::usdt_futures).value(),
              ElementsAre(market::instrument{venue::usdt_futures, "BTCUSDT", "BTC", "USDT", 1, 2, true}));
  const auto odd = read_bitget_instruments(boost::json::parse(R"([{"symbol":"btc/usdt"},{"symbol":7},null,{},
    {"symbol":"ABCUSDT","baseCoin":"ABC","quoteCoin":"USDT","pricePrecision":"x","quantityPrecision":"99","status":"halt"}])"),
                                           venue::spot)
                       .value();
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0], (market::instrument{venue::spot, "ABCUSDT", "ABC", "USDT", 2, 2, false}));
  EXPECT_FALSE(read_bitget_instruments(boost::json::parse("{}"), venue::spot).has_value());
}

TEST(BitgetCandles, ReadsTickers) {
  const auto all = read_bitget_tickers(data_of("spot-tickers-all.json")).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].symbol, "LINKUSDT");
  EXPECT_EQ(all[1].last, "14.3748");
  EXPECT_EQ(all[1].change_24h, "-0.04978");
  EXPECT_EQ(all[1].quote_volume_24h, "7008612.4299");
  EXPECT_EQ(all[1].time, 1700533772309);
  for (const char* file : {"spot-ticker.json", "recorded-spot-ticker.json", "mix-ticker.json"}) {
    const auto one = read_bitget_tickers(data_of(file)).value();
    ASSERT_EQ(one.size(), 1u) << file;
    EXPECT_EQ(one[0].symbol, "BTCUSDT");
    EXPECT_FALSE(one[0].last.empty());
    EXPECT_GT(one[0].time, 0);
  }
  const auto odd = read_bitget_tickers(
                       boost::json::parse(R"([{"symbol":"AUSDT","lastPr":null,"high24h":"","low24h":"<b>","ts":"x"}])"))
                       .value();
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].last + odd[0].high_24h + odd[0].low_24h, "");
  EXPECT_EQ(odd[0].time, 0);
}

TEST(BitgetCandles, ATickerThatMakesNoSenseIsEmpty) {
  struct row {
    const char* fields;
    bool is_good;
  };
  constexpr std::array<row, 14> rows{{
      {R"("lastPr":"2")", true},
      {R"("lastPr":"2","bidPr":"1.9","askPr":"2.1","high24h":"3","low24h":"1")", true},
      {R"("lastPr":"2","bidPr":"","askPr":"0","high24h":"0","low24h":"1")", true},
      {R"("lastPr":"2","bidPr":"2.02","askPr":"2")", true},  // of two moments
      {R"("lastPr":"2","bidPr":"2.2","askPr":"2")", false},
      {R"("lastPr":"2","bidPr":"-1")", false},
      {R"("lastPr":"2","askPr":"-1")", false},
      {R"("lastPr":"2","high24h":"1","low24h":"3")", false},
      {R"("lastPr":"0")", false},
      {R"("lastPr":"0.000")", false},
      {R"("lastPr":"-2")", false},
      {R"("lastPr":"NaN")", false},
      {R"("lastPr":"1e5")", false},
      {R"("lastPr":"")", false},
  }};
  for (const auto& [fields, is_good] : rows) {
    const auto text = std::string(R"([{"symbol":"AUSDT","change24h":"0.1","baseVolume":"7",)") + fields + "}]";
    const auto told = read_bitget_tickers(boost::json::parse(text)).value().at(0);
    EXPECT_EQ(told.last, is_good ? "2" : "") << fields;
    EXPECT_EQ(told.change_24h + told.volume_24h, is_good ? "0.17" : "") << fields;
  }
  const auto negative =
      read_bitget_tickers(boost::json::parse(R"([{"symbol":"AUSDT","lastPr":"2","baseVolume":"-7"}])")).value();
  EXPECT_EQ(negative.at(0).volume_24h, "");
}

}  // namespace kontor::outbound
