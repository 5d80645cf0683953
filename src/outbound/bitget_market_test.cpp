#include "outbound/bitget_market.hpp"

#include "outbound/web_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace kontor::outbound {
namespace {

using market::interval;
using market::venue;
using test::web_server;
using testing::HasSubstr;
using testing::StartsWith;

std::string body_of(const char* file) {
  return boost::json::serialize(test::vector_json(std::string("bitget/") + file).at("response").at("body"));
}
std::string good(const std::string& data) {
  return R"({"code":"00000","msg":"success","requestTime":1,"data":)" + data + "}";
}
std::string code(const std::string& which) {
  return R"({"code":")" + which + R"(","msg":"whatever","requestTime":"1","data":null})";
}

/// Answers what stands first in a list, and then always the last of it.
struct BitgetMarket : WebFixture {
  struct reply {
    int status;
    std::string body;
  };
  ~BitgetMarket() override { stop_loop(); }

  bool answer(const web_server::request&, web_server::connection& to) {
    reply next;
    {
      const std::lock_guard lock(mutex);
      next = answers.at(std::min(given, answers.size() - 1));
      ++given;
    }
    if (next.status == 0) return false;
    return to.write(web_server::answer(next.status, next.body));
  }
  void will(std::vector<reply> all) {
    const std::lock_guard lock(mutex);
    answers = std::move(all);
    given = 0;
    asked_before = server.requests().size();
  }
  std::size_t asked() const { return server.requests().size() - asked_before; }
  /// Of the last question that was not for the time.
  std::string target() const {
    const auto all = server.requests();
    const auto is_other = [](const auto& one) { return one.target != "/api/v2/public/time"; };
    return std::ranges::find_if(all.rbegin(), all.rend(), is_other)->target;
  }

  base::result<market::told_candles> candles(market::series of = {venue::spot, "BTCUSDT", interval::m1}) {
    return run(source.candles(of, {now - 3'600'000, now}));
  }
  static std::string type_of(const base::result<market::told_candles>& what) { return what ? "" : what.error().type; }

  std::mutex mutex;
  std::vector<reply> answers{{200, good("[]")}};
  std::size_t given = 0;
  std::size_t asked_before = 0;
  static constexpr std::int64_t now = 1'703'762'176'000;
  base::manual_clock clock{base::from_microseconds(now * 1000)};
  web_server server{[this](const auto& asked, auto& connection) { return answer(asked, connection); }, {.tls = &here_}};
  bitget_api api{client(), clock, parse_web_url(server.origin()).value()};
  bitget_market source{api};
};

}  // namespace

TEST_F(BitgetMarket, AsksForCandles) {
  will({{200, body_of("recorded-spot-candle.json")}});
  const auto all = candles().value().rows;
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].close, 43044);
  EXPECT_EQ(target(),
            "/api/v2/spot/market/candles?endTime=1703762176000&granularity=1min&limit=1000"
            "&startTime=1703758576000&symbol=BTCUSDT");
  const auto headers = server.requests().back().headers;
  for (const char* name : {"access-key", "access-sign", "authorization", "cookie"})
    EXPECT_FALSE(headers.contains(name)) << "public data are asked for without a key";
  EXPECT_EQ(source.most_at_once({venue::spot, "BTCUSDT", interval::m1}, now - 3'600'000), 1000);
}

TEST_F(BitgetMarket, AsksEveryVenue) {
  will({{200, body_of("recorded-mix-candle-coin.json")}});
  EXPECT_EQ(candles({venue::coin_futures, "BTCUSD", interval::m1}).value().rows.at(0).volume, 0.199);
  EXPECT_THAT(target(), HasSubstr("/api/v2/mix/market/candles?"));
  EXPECT_THAT(target(), HasSubstr("&productType=COIN-FUTURES&"));
  will({{200, body_of("spot-symbols.json")}});
  EXPECT_EQ(run(source.instruments(venue::spot)).value().size(), 2u);
  EXPECT_EQ(target(), "/api/v2/spot/public/symbols");
  will({{200, body_of("mix-contracts.json")}});
  EXPECT_EQ(run(source.instruments(venue::usdt_futures)).value().size(), 1u);
  EXPECT_EQ(target(), "/api/v2/mix/market/contracts?productType=USDT-FUTURES");
  will({{200, body_of("spot-tickers-all.json")}});
  EXPECT_EQ(run(source.tickers(venue::spot)).value().size(), 2u);
  will({{200, body_of("mix-ticker.json")}});
  EXPECT_EQ(run(source.tickers(venue::usdc_futures)).value().size(), 1u);
  EXPECT_EQ(target(), "/api/v2/mix/market/tickers?productType=USDC-FUTURES");
}

TEST_F(BitgetMarket, LeavesOutWhatWasNotAskedFor) {
  const auto row = [](std::int64_t time) {
    return R"([")" + std::to_string(time) + R"(","1","1","1","1","1","1","1"])";
  };
  will({{200, good("[" + row(now) + "," + row(now - 60'000) + "," + row(now - 3'600'000) + "," + row(now - 3'600'001) +
                   "," + row(now - 60'000) + ",[\"x\"]]")}});
  const auto all = candles().value().rows;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].time, now - 3'600'000);
  EXPECT_EQ(all[1].time, now - 60'000);
}

TEST_F(BitgetMarket, WhatIsNotRecentIsAskedOfTheHistory) {
  will({{200, good("[]")}, {200, body_of("spot-history-candles.json")}});
  const market::series months{venue::spot, "BTCUSDT", interval::month};
  const auto all = run(source.candles(months, {0, now})).value().rows;
  EXPECT_EQ(asked(), 2u);
  EXPECT_THAT(target(), HasSubstr("/api/v2/spot/market/history-candles?"));
  EXPECT_EQ(all.size(), 4u);
  will({{200, good("[]")}});
  EXPECT_TRUE(candles().value().rows.empty());
  EXPECT_EQ(asked(), 1u) << "all that was asked for is recent";
}

TEST_F(BitgetMarket, SaysHowFarBackItAsked) {
  constexpr std::int64_t day = 86'400'000;
  const market::series spot{venue::spot, "BTCUSDT", interval::m1};
  const market::series futures{venue::usdt_futures, "BTCUSDT", interval::m1};
  // Long ago on spot: whatever comes is the latest there is, however long before.
  will({{200, good(R"([["1600000000000","1","1","1","1","1","1","1"]])")}});
  const auto old = run(source.candles(spot, {0, now - 100 * day})).value();
  ASSERT_EQ(old.rows.size(), 1u);
  EXPECT_EQ(old.asked, (market::time_range{0, now - 100 * day}));
  // Of futures an answer goes back 200 minutes.
  will({{200, good("[]")}});
  EXPECT_EQ(run(source.candles(futures, {0, now - 100 * day})).value().asked,
            (market::time_range{now - 100 * day - 200 * 60'000, now - 100 * day}));
  EXPECT_EQ(asked(), 1u);
  // A recent hole is no end: the history is asked as well.
  will({{200, good("[]")}});
  EXPECT_EQ(run(source.candles(spot, {0, now})).value().asked, (market::time_range{0, now}));
  EXPECT_EQ(asked(), 2u);
  will({{200, good("[]")}});
  EXPECT_EQ(run(source.candles(futures, {0, now})).value().asked, (market::time_range{now - 1000 * 60'000, now}));
}

TEST_F(BitgetMarket, TellsWhichRowsAreSpoilt) {
  const auto row = [](std::int64_t time, const char* close = "1") {
    return R"([")" + std::to_string(time) + R"(","1","1","1",")" + close + R"(","1","1","1"])";
  };
  will({{200, good("[" + row(now - 180'000) + "," + row(now - 120'000, "x") + "," + row(now - 60'000) + "]")}});
  const auto told = candles().value();
  EXPECT_EQ(told.rows.size(), 2u);
  EXPECT_EQ(told.spoilt, std::vector<std::int64_t>{now - 120'000});
  EXPECT_EQ(told.asked, (market::time_range{now - 3'600'000, now}));
  // One that does not say when.
  will({{200, good("[" + row(now - 240'000) + ",7," + row(now - 120'000) + "," + row(now - 60'000) + "]")}});
  EXPECT_EQ(candles().value().asked, (market::time_range{now - 120'000, now}));
  will({{200, good("[7]")}});
  const auto nothing = candles().value();
  EXPECT_EQ(nothing.asked.from, nothing.asked.to);
}

TEST_F(BitgetMarket, AnEmptyBodyIsEmpty) {
  will({{200, ""}});
  EXPECT_TRUE(candles().value().rows.empty());
  will({{200, " \r\n"}});
  EXPECT_TRUE(candles().value().rows.empty());
  EXPECT_EQ(asked(), 1u);
  // Of all symbols it is no answer.
  will({{200, ""}});
  EXPECT_EQ(run(source.instruments(venue::spot)).error().type, "exchange-unreachable");
}

TEST_F(BitgetMarket, UnknownSymbols) {
  for (const char* each : {"40034", "400172"}) {
    will({{400, code(each)}});
    const auto told = candles();
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code, base::errc::not_found);
    EXPECT_EQ(told.error().type, "unknown-symbol");
    EXPECT_EQ(asked(), 1u);
  }
  will({{200, good("[]")}});
  for (const char* symbol : {"", "btcusdt", "BTC/USDT", "A&symbol=B", "../x"})
    EXPECT_EQ(type_of(candles({venue::spot, symbol, interval::m1})), "unknown-symbol") << symbol;
  EXPECT_EQ(type_of(candles({venue::spot, "BTCUSDT", interval::h2})), "unknown-symbol") << "spot has no two hours";
  EXPECT_EQ(asked(), 0u);
}

TEST_F(BitgetMarket, WhatIsNoAnswerOfAnExchangeIsAnError) {
  for (const auto& broken : std::vector<reply>{{200, "<html>edge</html>"},
                                               {200, "{"},
                                               {200, "[]"},
                                               {200, R"({"data":[]})"},
                                               {200, good("{}")},
                                               {200, good("\"x\"")},
                                               {403, "blocked"},
                                               {404, ""},
                                               {301, ""},
                                               {400, code("40017")},
                                               {400, code("49999")}}) {
    will({broken});
    const auto told = candles();
    EXPECT_EQ(type_of(told), "exchange-unreachable") << broken.status << broken.body;
    EXPECT_EQ(told.error().code, base::errc::unavailable);
    EXPECT_EQ(asked(), 1u) << "asking again does not help: " << broken.body;
  }
}

TEST_F(BitgetMarket, TroublesOfTheExchangePass) {
  for (const auto& trouble : std::vector<reply>{
           {500, "oops"}, {502, "<html>"}, {503, ""}, {400, code("40015")}, {400, code("40200")}, {0, ""}}) {
    will({trouble, trouble, {200, body_of("recorded-spot-candle.json")}});
    const auto all = candles();
    EXPECT_EQ(type_of(all), "") << trouble.status << trouble.body;
    EXPECT_GE(asked(), 3u);
  }
}

// bitget.md §2: HTTP 429, or one of the codes 429 and 1001; at least a second, and everybody shares it.
TEST_F(BitgetMarket, WaitsWhenItAskedTooMuch) {
  for (const auto& enough : std::vector<reply>{{429, code("429")}, {200, code("1001")}, {429, "slow down"}}) {
    will({enough, {200, body_of("recorded-spot-candle.json")}});
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(type_of(candles()), "") << enough.body;
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
    EXPECT_EQ(asked(), 2u);
  }
  will({{429, code("429")}, {200, body_of("recorded-spot-candle.json")}});
  const market::series minutes{venue::spot, "BTCUSDT", interval::m1};
  std::vector<std::future<base::result<market::told_candles>>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(start(source.candles(minutes, {now - 3'600'000, now})));
  for (auto& each : all)
    EXPECT_TRUE(each.get().has_value());
}

TEST_F(BitgetMarket, GivesUpAfterTenSeconds) {
  will({{429, code("429")}});
  const auto before = std::chrono::steady_clock::now();
  const auto told = candles();
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_EQ(type_of(told), "exchange-busy");
  EXPECT_GE(told.error().retry_after, std::chrono::seconds(1));
  EXPECT_LT(took, std::chrono::seconds(11));
  EXPECT_LE(asked(), 4u) << "a pause of 1 s, 2 s, 4 s and no time for another";
  // Whoever comes within the pause does not ask at all when it is too long, and other routes go on.
  will({{200, body_of("spot-symbols.json")}});
  EXPECT_TRUE(run(source.instruments(venue::spot)).has_value());
}

TEST_F(BitgetMarket, AnExchangeThatIsNotThere) {
  std::uint16_t port = 0;
  {
    web_server gone(always(200, ""));
    port = gone.port();
  }
  bitget_api nowhere(client(), clock, parse_web_url("https://127.0.0.1:" + std::to_string(port)).value());
  bitget_market lonely(nowhere);
  const market::series minutes{venue::spot, "BTCUSDT", interval::m1};
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(type_of(run(lonely.candles(minutes, {now - 3'600'000, now}))), "exchange-unreachable");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(11));
}

TEST_F(BitgetMarket, ACertificateThatDoesNotHoldIsNotTriedAgain) {
  auto how = settings();
  how.trusted_ca_pem = test::authority().certificate();
  bitget_api careful(client(std::move(how), {}), clock, parse_web_url(server.origin()).value());
  bitget_market unsure(careful);
  const auto told = run(unsure.instruments(venue::spot));
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().type, "exchange-unreachable");
  EXPECT_THAT(told.error().internal_detail, StartsWith("tls-failed"));
}

TEST_F(BitgetMarket, ManyAtOnceWaitForTheirTurns) {
  bitget_api slow(client(), clock, parse_web_url(server.origin()).value(),
                  {.per_second = 100, .burst = 1, .most_waiting = 5});
  bitget_market queue(slow);
  const market::series minutes{venue::spot, "BTCUSDT", interval::m1};
  std::vector<std::future<base::result<market::told_candles>>> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(start(queue.candles(minutes, {now - 3'600'000, now})));
  std::size_t refused = 0;
  for (auto& each : all)
    if (const auto told = each.get(); !told) {
      EXPECT_EQ(told.error().code, base::errc::overloaded);
      ++refused;
    }
  EXPECT_GT(refused, 0u);
  EXPECT_LT(refused, 50u);
}

// bitget.md §5: the offset is measured with /public/time.
TEST_F(BitgetMarket, LearnsTheTimeOfTheExchangeFromAnAnswerThatIsStampedOtherwise) {
  const auto stamped = [](std::int64_t at) {
    return R"({"code":"00000","msg":"success","requestTime":)" + std::to_string(at) + R"(,"data":[]})";
  };
  const auto time_is = [](std::int64_t at) {
    return R"({"code":"00000","msg":"success","data":{"serverTime":")" + std::to_string(at) + "\"}}";
  };
  will({{200, stamped(now - 4'000)}});
  EXPECT_TRUE(candles());
  EXPECT_EQ(asked(), 1u) << "it was on its way";
  EXPECT_EQ(source.ahead().count(), 0);
  will({{200, stamped(now + 7'200'000)}, {200, time_is(now + 7'200'500)}, {200, stamped(now + 7'200'700)}});
  EXPECT_TRUE(candles());
  EXPECT_EQ(server.requests().back().target, "/api/v2/public/time");
  EXPECT_EQ(source.ahead().count(), 7'200'500);
  EXPECT_TRUE(run(source.candles({venue::spot, "BTCUSDT", interval::m1}, {now, now + 7'200'000})));
  EXPECT_THAT(target(), HasSubstr("endTime=" + std::to_string(now + 7'200'000) + "&"));
  EXPECT_EQ(asked(), 3u);
  will({{200, stamped(now)}, {200, time_is(now)}});
  EXPECT_TRUE(candles());
  EXPECT_EQ(asked(), 1u) << "not more often than once a minute";
}

}  // namespace kontor::outbound
