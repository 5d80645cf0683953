// Who is asked for what, and when: what was heard live, many accounts at once, a clock that is wrong.
#include "market/market_fixture.hpp"
#include "market/market_service.hpp"

#include <array>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace kontor::market {
namespace {

struct MarketTurns : market_fixture {};
INSTANTIATE_TEST_SUITE_P(Databases, MarketTurns, tests::each_database, tests::database_name);

base::user_id account_of(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.back() = number;
  return base::user_id(base::uuid::from_random(bytes));
}

}  // namespace

TEST_P(MarketTurns, WhatIsHeardLiveIsCurrentAndStoredWhenTheExchangeSaysTheSame) {
  with.store_every = std::chrono::milliseconds(20);
  with.check_every = std::chrono::milliseconds(0);
  restart();
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  (void)newest(50);
  const auto asked = exchange.count();
  const std::vector<candle> snapshot{made_at(noon_minute - minute), made_at(noon_minute)};
  exchange.answer_only(0);
  market->live_heard(btc_minutes, snapshot);
  for (int i = 1; i <= 5; ++i) {
    pass_time(std::chrono::minutes(1));
    const std::vector<candle> latest{made_at(noon_minute + i * minute)};
    market->live_heard(btc_minutes, latest);
    const auto now = newest(50);
    EXPECT_FALSE(now.is_stale);
    EXPECT_EQ(now.candles.back(), latest.back());
    EXPECT_EQ(now.candles.size(), 50U);
    EXPECT_EQ(now.finished, static_cast<std::size_t>(49 - i)) << "only what is sure can be pinned";
  }
  EXPECT_LE(exchange.count(), asked + 1) << "nothing had to be asked, but whether it is true";
  EXPECT_LT(stored().back().time, noon_minute);
  exchange.trade(btc_minutes, noon_minute, noon_minute + 6 * minute);
  exchange.answer_all();
  while (stored().back().time < noon_minute + 4 * minute)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(stored().back(), made_at(noon_minute + 4 * minute));
  EXPECT_EQ(newest(50).candles.size(), 50U);
  // What is stored is counted as checked a moment later.
  while (newest(50).finished < 49U)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(newest(50).finished, 49U);
}

TEST_P(MarketTurns, WhatWasHeardWronglyIsCorrectedAndTold) {
  with.store_every = std::chrono::milliseconds(20);
  restart();
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + 2 * minute);
  std::promise<series> told;
  market->when_corrected([&](const series& which) { told.set_value(which); });
  (void)newest(50);
  auto cut_short = made_at(noon_minute);
  cut_short.volume /= 2;
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute - minute), cut_short});
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute + minute)});
  auto corrected = told.get_future();
  ASSERT_EQ(corrected.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(corrected.get(), btc_minutes);
  EXPECT_EQ(stored().back(), made_at(noon_minute));
  EXPECT_EQ(newest(2).candles.front(), made_at(noon_minute));
}

TEST_P(MarketTurns, WhileTheExchangeCannotBeAskedWhatWasHeardIsShownAndNotStored) {
  with.store_every = std::chrono::milliseconds(10);
  with.check_every = std::chrono::milliseconds(0);
  restart();
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  (void)newest(50);
  exchange.go_away();
  const auto asked = exchange.count();
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute - minute), made_at(noon_minute)});
  pass_time(std::chrono::minutes(1));
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute + minute)});
  while (exchange.count() < asked + 3)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto now = newest(50);
  EXPECT_FALSE(now.is_stale);
  EXPECT_EQ(now.candles.back(), made_at(noon_minute + minute));
  EXPECT_LT(stored().back().time, noon_minute);
  restart();
  exchange.come_back();
  exchange.trade(btc_minutes, noon_minute, noon_minute + 2 * minute);
  EXPECT_EQ(newest(50).candles.back(), made_at(noon_minute + minute)) << "after the end it is asked for";
}

TEST_P(MarketTurns, OneWhoAsksForEverythingKeepsNobodyWaiting) {
  const auto flood = account_of(1);
  const auto quiet = account_of(2);
  const auto of = [](char symbol) {
    auto out = btc_minutes;
    out.symbol = std::string(1, symbol) + "USDT";
    return out;
  };
  for (char symbol = 'A'; symbol <= 'Z'; ++symbol)
    exchange.trade(of(symbol), noon_minute - 700 * minute, noon_minute);
  const auto ask_as = [&](char symbol, const base::user_id& who) {
    return await_on(0, market->candles({.of = of(symbol),
                                        .from = noon_minute - 600 * minute,
                                        .to = noon_minute - 200 * minute,
                                        .limit = most_candles,
                                        .asker = who}));
  };
  const auto await_count = [&](std::size_t count) {
    while (exchange.count() < count)
      std::this_thread::yield();
  };
  // Half of the places.
  with.most_fetches = 4;
  with.questions_at_once = 4;
  restart();
  exchange.answer_only(0);
  auto first = ask_as('A', flood);
  auto second = ask_as('B', flood);
  await_count(2);
  const auto third = ask_as('C', flood).get();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, base::errc::overloaded);
  auto other = ask_as('D', quiet);
  await_count(3);
  exchange.answer_all();
  const auto expect_all = [](std::future<base::result<candle_answer>>& one) {
    const auto answer = one.get();
    ASSERT_TRUE(answer) << answer.error().internal_detail;
    EXPECT_EQ(answer->candles.size(), 400U);
  };
  for (auto* const one : {&first, &second, &other})
    expect_all(*one);

  // Half of the turns, however many stand in line.
  with.most_fetches = 32;
  restart();
  exchange.answer_only(0);
  auto asked = exchange.count();
  std::vector<std::future<base::result<candle_answer>>> many;
  for (char symbol = 'E'; symbol <= 'P'; ++symbol)
    many.push_back(ask_as(symbol, flood));
  await_count(asked + 2);
  auto quick = ask_as('Q', quiet);
  await_count(asked + 3);
  EXPECT_EQ(exchange.count(), asked + 3) << "ten of them stand in line, and this one does not stand behind them";
  exchange.answer_all();
  expect_all(quick);
  for (auto& one : many)
    expect_all(one);
}

TEST_P(MarketTurns, WhatIsOnlyWantedFromTheStoreIsNotAskedFor) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  const auto from = noon_minute - 300 * minute;
  (void)read(from, from + 100 * minute);
  const auto asked = exchange.count();
  const auto wish = [&](const series& of, std::int64_t to) {
    return candle_request{.of = of, .from = from, .to = to, .limit = most_candles, .is_stored_only = true};
  };
  restart();
  EXPECT_FALSE(ask(wish(btc_minutes, from + 100 * minute))->is_stale);
  const auto part = ask(wish(btc_minutes, from + 200 * minute));
  ASSERT_TRUE(part);
  EXPECT_TRUE(part->is_stale);
  EXPECT_EQ(part->candles.size(), 100U);
  auto other = btc_minutes;
  other.symbol = "MADEUP";
  EXPECT_EQ(ask(wish(other, from + 100 * minute)).error().code, base::errc::not_found);
  EXPECT_EQ(exchange.count(), asked);
}

TEST_P(MarketTurns, AClockThatIsBehindHidesNothing) {
  exchange.trade(btc_minutes, noon_minute - 400 * minute, noon_minute + minute);
  clock.advance(-std::chrono::hours(3));
  exchange.is_ahead = 3 * hour;
  const auto now = newest(100);
  EXPECT_EQ(now.candles.back(), made_at(noon_minute));
  EXPECT_EQ(now.candles.size(), 100U);
  EXPECT_EQ(now.finished, 99U);
  EXPECT_EQ(now.finished_to, noon_minute);
  EXPECT_EQ(market->now(), noon);
  // On a quiet market the last one is over when its time is.
  pass_time(with.quiet_time + std::chrono::minutes(1));
  EXPECT_FALSE(newest(10).is_forming);
  // And one that is ahead shows nothing as finished that grows.
  clock.advance(std::chrono::hours(6));
  exchange.is_ahead = -3 * hour;
  exchange.put(btc_minutes, made_at(noon_minute + 2 * minute));
  const auto grown = newest(10);
  EXPECT_EQ(grown.candles.back(), made_at(noon_minute + 2 * minute));
  EXPECT_TRUE(grown.is_forming);
}

}  // namespace kontor::market
