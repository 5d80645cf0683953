#include "market/market_service.hpp"

#include "async/task_group.hpp"
#include "market/candle_store.hpp"
#include "market/market_fixture.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <limits>
#include <thread>

namespace kontor::market {
namespace {

struct MarketService : market_fixture {};
INSTANTIATE_TEST_SUITE_P(Databases, MarketService, tests::each_database, tests::database_name);

async::awaitable<void> keep_answer(market_service& market, candle_request what, std::atomic<int>& answers) {
  const auto answer = co_await market.candles(std::move(what));
  if (answer) ++answers;
}

async::awaitable<bool> drained(async::task_group& roots) {
  return roots.drain(std::chrono::seconds(20));
}

}  // namespace

TEST_P(MarketService, ARangeIsFetchedOnce) {
  exchange.trade(btc_minutes, noon_minute - 3000 * minute, noon_minute);
  const auto from = noon_minute - 2000 * minute;
  const auto to = noon_minute - 1000 * minute;
  const auto first = read(from, to);
  EXPECT_EQ(rows_of(first.candles), exchange.traded(btc_minutes, from, to));
  EXPECT_EQ(first.finished, 1000U);
  EXPECT_FALSE(first.is_stale);
  EXPECT_FALSE(first.is_forming);
  EXPECT_TRUE(first.has_older);
  EXPECT_EQ(first.from, from);
  EXPECT_EQ(first.to, to);
  EXPECT_EQ(first.finished_to, to);
  const auto asked = exchange.count();
  EXPECT_EQ(asked, 5U) << "200 at once";

  EXPECT_EQ(rows_of(read(from, to).candles), rows_of(first.candles));
  EXPECT_EQ(rows_of(read(from + 5 * minute, to - 5 * minute).candles).size(), 990U);
  EXPECT_EQ(exchange.count(), asked);
  EXPECT_GE(market->count().from_memory, 2U);

  restart();
  EXPECT_EQ(rows_of(read(from, to).candles), rows_of(first.candles));
  EXPECT_EQ(exchange.count(), asked) << "from the database";

  const auto wider = read(from - 100 * minute, to + 100 * minute);
  EXPECT_EQ(rows_of(wider.candles), exchange.traded(btc_minutes, from - 100 * minute, to + 100 * minute));
  EXPECT_EQ(exchange.count(), asked + 2) << "only what is missing";
}

TEST_P(MarketService, OneQuestionForAHundredWhoWait) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  exchange.answer_only(0);
  const candle_request what{.of = btc_minutes, .from = noon_minute - 300 * minute, .to = noon_minute - 200 * minute};
  std::vector<std::future<base::result<candle_answer>>> answers;
  for (std::size_t i = 0; i < 100; ++i)
    answers.push_back(await_on(i % 2, market->candles(what)));
  exchange.await_held();
  exchange.answer_all();
  for (auto& one : answers) {
    const auto answer = one.get();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->candles.size(), 100U);
  }
  EXPECT_EQ(exchange.count(), 1U);
}

TEST_P(MarketService, WhoGivesUpTakesNothingFromTheOthers) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  exchange.answer_only(0);
  const candle_request what{.of = btc_minutes, .from = noon_minute - 300 * minute, .to = noon_minute - 200 * minute};
  std::atomic<int> answers = 0;
  async::task_group roots(loops.at(0));
  std::promise<void> begun;
  boost::asio::post(loops.at(0), [&] {
    roots.spawn("gives up", keep_answer(*market, what, answers));
    begun.set_value();
  });
  begun.get_future().get();
  exchange.await_held();
  auto other = await_on(1, market->candles(what));
  boost::asio::post(loops.at(0), [&] { roots.cancel_all(); });
  exchange.answer_all();
  const auto answer = other.get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->candles.size(), 100U);
  EXPECT_EQ(exchange.count(), 1U);
  EXPECT_TRUE(await_on(0, drained(roots)).get());
}

TEST_P(MarketService, WhatComesTwiceOrInDisorderIsPutIntoOrder) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  exchange.remove(btc_minutes, noon_minute - 260 * minute, noon_minute - 230 * minute);
  exchange.mangle = [](std::vector<candle> rows) {
    auto out = rows;
    for (auto& one : out)
      one.close = 1;  // The later row of the same time wins.
    std::ranges::reverse(rows);
    out.insert(out.end(), rows.begin(), rows.end());
    out.push_back(made_at(0));
    return out;
  };
  const auto from = noon_minute - 300 * minute;
  const auto to = noon_minute - 200 * minute;
  EXPECT_EQ(rows_of(read(from, to).candles), exchange.traded(btc_minutes, from, to));
  const auto asked = exchange.count();
  restart();
  EXPECT_EQ(read(from, to).candles.size(), 70U);
  EXPECT_EQ(exchange.count(), asked) << "that nothing was traded is known, too";
}

TEST_P(MarketService, WhatIsStoredIsShownWhenTheExchangeIsAway) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute + minute);
  exchange.go_away();
  const auto nothing = ask({.of = btc_minutes, .from = std::nullopt, .to = std::nullopt, .limit = 100});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, base::errc::unavailable);
  EXPECT_EQ(nothing.error().type, "exchange-unreachable");

  exchange.come_back();
  const auto before = newest(100);
  EXPECT_FALSE(before.is_stale);
  EXPECT_EQ(before.fetched_at, noon);
  EXPECT_TRUE(before.is_forming);

  exchange.go_away();
  pass_time(std::chrono::minutes(10));
  const auto stale = newest(100);
  EXPECT_TRUE(stale.is_stale);
  EXPECT_EQ(stale.fetched_at, noon);
  EXPECT_EQ(stale.candles.size(), 90U);
  restart();
  EXPECT_TRUE(newest(100).is_stale);
  EXPECT_EQ(newest(100).candles.size(), 89U) << "what grew was not stored";
  const auto elsewhere = read(noon_minute - 900 * minute, noon_minute - 800 * minute);
  EXPECT_TRUE(elsewhere.is_stale);
  EXPECT_TRUE(elsewhere.candles.empty());

  exchange.come_back();
  exchange.trade(btc_minutes, noon_minute, noon_minute + 11 * minute);
  const auto back = newest(100);
  EXPECT_FALSE(back.is_stale);
  EXPECT_EQ(rows_of(back.candles), exchange.traded(btc_minutes, noon_minute - 89 * minute, noon_minute + 11 * minute));
}

TEST_P(MarketService, AfterAFailureTheExchangeIsLeftAloneForAWhile) {
  with.pause_after_failure = std::chrono::hours(1);
  restart();
  exchange.go_away();
  EXPECT_FALSE(ask({.of = btc_minutes, .from = std::nullopt, .to = std::nullopt}));
  const auto asked = exchange.count();
  EXPECT_FALSE(ask({.of = btc_minutes, .from = std::nullopt, .to = std::nullopt}));
  EXPECT_EQ(exchange.count(), asked);
}

TEST_P(MarketService, WhatGrowsIsNeverStoredAsFinished) {
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  auto growing = made_at(noon_minute);
  growing.close = 1;
  exchange.put(btc_minutes, growing);
  const auto first = newest(10);
  ASSERT_EQ(first.candles.size(), 10U);
  EXPECT_EQ(first.candles.back(), growing);
  EXPECT_EQ(first.finished, 9U);
  EXPECT_TRUE(first.is_forming);
  EXPECT_EQ(first.finished_to, noon_minute);
  EXPECT_EQ(stored().back().time, noon_minute - minute);

  // A minute later by our clock, and it still grows by that of the exchange.
  pass_time(std::chrono::seconds(40));
  growing.close = 2;
  exchange.put(btc_minutes, growing);
  EXPECT_EQ(newest(10).candles.back(), growing);
  EXPECT_EQ(stored().back().time, noon_minute - minute);

  growing.close = 3;
  exchange.put(btc_minutes, growing);
  exchange.put(btc_minutes, made_at(noon_minute + minute));
  pass_time(std::chrono::seconds(5));
  const auto next = newest(10);
  EXPECT_EQ(next.candles.back().time, noon_minute + minute);
  EXPECT_EQ(next.finished, 9U);
  EXPECT_EQ(stored().back(), growing) << "the exchange has shown a later one";

  // Nothing is traded any more.
  pass_time(std::chrono::minutes(5));
  const auto quiet = newest(10);
  EXPECT_FALSE(quiet.is_forming);
  EXPECT_EQ(stored().back().time, noon_minute) << "only our clock says so";
  pass_time(with.clock_trust);
  (void)newest(100);
  EXPECT_EQ(stored().back().time, noon_minute + minute);
}

TEST_P(MarketService, NewestCandlesAreCurrentForAShortTime) {
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  (void)newest(10);
  const auto asked = exchange.count();
  pass_time(with.tail_time - std::chrono::milliseconds(1));
  (void)newest(10);
  EXPECT_EQ(exchange.count(), asked);
  pass_time(std::chrono::milliseconds(1));
  (void)newest(10);
  EXPECT_EQ(exchange.count(), asked + 1);
}

TEST_P(MarketService, AGapAfterABreakIsFetched) {
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute)});
  (void)newest(50);
  market->live_broke(btc_minutes);
  pass_time(std::chrono::minutes(20));
  exchange.trade(btc_minutes, noon_minute + minute, noon_minute + 21 * minute);
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute + 20 * minute)});
  const auto now = newest(50);
  EXPECT_EQ(rows_of(now.candles), exchange.traded(btc_minutes, noon_minute - 29 * minute, noon_minute + 21 * minute));
  EXPECT_FALSE(now.is_stale);
}

TEST_P(MarketService, HistoryHasABeginningThatIsRemembered) {
  const auto listed = noon_minute - 250 * minute;
  exchange.trade(btc_minutes, listed, noon_minute);
  const auto all = newest(5000);
  EXPECT_EQ(all.candles.size(), 250U);
  EXPECT_FALSE(all.has_older);
  const auto asked = exchange.count();
  EXPECT_LE(asked, 9U) << "not page by page to 1970";
  const auto before = read(noon_minute - 9000 * minute, listed);
  EXPECT_TRUE(before.candles.empty());
  EXPECT_FALSE(before.is_stale);
  EXPECT_FALSE(before.has_older);
  EXPECT_EQ(exchange.count(), asked);
  restart();
  EXPECT_TRUE(read(noon_minute - 9000 * minute, listed).candles.empty());
  EXPECT_EQ(exchange.count(), asked);
  EXPECT_TRUE(read(listed + minute, noon_minute - minute).has_older);

  // The exchange has found more.
  exchange.trade(btc_minutes, listed - 10 * minute, listed);
  pass_time(with.beginning_time);
  EXPECT_EQ(read(noon_minute - 9000 * minute, listed).candles.size(), 10U);
}

TEST_P(MarketService, ALongHoleIsNotTakenForTheBeginning) {
  exchange.trade(btc_minutes, noon_minute - 3000 * minute, noon_minute - 2500 * minute);
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute);
  const auto from = noon_minute - 2900 * minute;
  const auto all = read(from, noon_minute);
  EXPECT_EQ(rows_of(all.candles), exchange.traded(btc_minutes, from, noon_minute));
  EXPECT_TRUE(all.has_older);
}

TEST_P(MarketService, LeadInReachesOverHoles) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute + minute);
  exchange.remove(btc_minutes, noon_minute - 120 * minute, noon_minute - 20 * minute);
  const auto answer = newest(10, 50);
  EXPECT_EQ(answer.candles.size(), 10U);
  EXPECT_EQ(answer.lead_in.size(), 50U);
  EXPECT_EQ(answer.lead_in.back().time, answer.candles.front().time - minute);
  EXPECT_EQ(answer.lead_in.front().time, noon_minute - 159 * minute) << "eleven after the hole, 39 before";
}

TEST_P(MarketService, IntervalsOfOddLengthFit) {
  constexpr std::int64_t day = 24 * hour;
  constexpr std::int64_t monday = 1'799'625'600'000;  // 2027-01-11
  constexpr std::int64_t january_2020 = 1'577'836'800'000;
  struct row {
    interval every;
    std::int64_t first;
  };
  for (const auto& [every, first] : {row{interval::w1, monday - 200 * 7 * day}, row{interval::d3, monday - 300 * day},
                                     row{interval::month, january_2020}, row{interval::d1, monday - 700 * day}}) {
    const series of{.where = venue::usdt_futures, .symbol = "ETHUSDT", .every = every};
    exchange.trade(of, first, to_milliseconds(noon));
    const auto all = newest(1000, 0, of);
    EXPECT_EQ(rows_of(all.candles), exchange.traded(of, first, to_milliseconds(noon))) << name_of(every);
    EXPECT_TRUE(all.is_forming);
    EXPECT_EQ(all.finished + 1, all.candles.size());
    EXPECT_FALSE(all.has_older);
    EXPECT_EQ(stored(of).size() + 1, all.candles.size());
    const auto asked = exchange.count();
    restart();
    EXPECT_EQ(read(first, all.finished_to, of).candles.size(), all.finished);
    EXPECT_EQ(exchange.count(), asked);
  }
}

TEST_P(MarketService, WhoWaitsLongHasWhatIsThereAndTheRestIsFetched) {
  with.patience = std::chrono::milliseconds(2000);
  restart();
  exchange.trade(btc_minutes, noon_minute - 2000 * minute, noon_minute);
  exchange.answer_only(2);
  const auto part = read(noon_minute - 1000 * minute, noon_minute - 100 * minute);
  EXPECT_TRUE(part.is_stale);
  EXPECT_EQ(part.candles.size(), 400U) << "the newest first";
  EXPECT_TRUE(part.has_older);
  exchange.answer_all();
  while (stored().size() < 900)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(read(noon_minute - 1000 * minute, noon_minute - 100 * minute).is_stale);
}

TEST_P(MarketService, CandlesThatCannotBeReadAreFetchedAgain) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  const auto from = noon_minute - 400 * minute;
  const auto to = noon_minute - 300 * minute;
  const auto good = rows_of(read(from, to).candles);
  for (const auto* statement :
       {"UPDATE market_blocks SET body = 'nonsense'", "UPDATE market_blocks SET known = '5'",
        "UPDATE market_blocks SET body = '<script>'", "UPDATE market_blocks SET known = '0-5'"}) {
    auto job = [statement](sql::session& in) { return in.execute(statement); };
    EXPECT_GE(store->write_now(std::move(job)).value(), 1);
    restart();
    const auto asked = exchange.count();
    EXPECT_EQ(rows_of(read(from, to).candles), good) << statement;
    EXPECT_EQ(exchange.count(), asked + 1);
  }
}

TEST_P(MarketService, NobodysCandlesAreLostWhenSeveralProgramsStore) {
  candle_store one(*store, clock, 1 << 20);
  candle_store other(*store, clock, 1 << 20);
  std::vector<std::future<merged_pages>> answers;
  constexpr int pieces = 40;
  const auto start = block_time(interval::m1) * 60'000;
  for (int i = 0; i < pieces; ++i) {
    const auto from = start + i * 20 * minute;
    page what{.known = {from, from + 20 * minute}, .candles = {}};
    for (int k = 0; k < 20; ++k)
      what.candles.push_back(made_at(from + k * minute));
    std::vector<series_page> pages;
    pages.push_back({.of = btc_minutes, .what = std::move(what)});
    answers.push_back(await_on(static_cast<std::size_t>(i % 2), (i % 2 == 0 ? one : other).merge(std::move(pages))));
  }
  for (auto& each : answers)
    EXPECT_FALSE(each.get().not_stored);
  EXPECT_EQ(stored().size(), 20U * pieces);
  auto job = [first = block_of(interval::m1, start)](sql::session& in) {
    return statements::list_blocks(in, btc_minutes, first, first + 1);
  };
  const auto blocks = store->read_now(std::move(job)).value();
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].known.ranges().size(), 1U);
  EXPECT_EQ(blocks[0].candles->rows().size(), 500U);
}

TEST_P(MarketService, TwentyThousandCandlesAreReadBackQuickly) {
  exchange.most = 1000;
  const auto from = noon_minute - 20'000 * minute;
  exchange.trade(btc_minutes, from, noon_minute);
  const auto fetched = read(from, noon_minute);
  ASSERT_EQ(fetched.candles.size(), 20'000U);
  const auto json = fetched.candles.to_json();
  restart();
  const auto asked = exchange.count();
  const auto timed = [&](const char* what) {
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = read(from, noon_minute - 3 * minute);
    const auto text = answer.candles.to_json();
    const auto time = std::chrono::steady_clock::now() - begun;
    std::cout << what << ": " << std::chrono::duration_cast<std::chrono::microseconds>(time).count() << " us\n";
    EXPECT_EQ(answer.candles.size(), 19'997U);
    return rows_of(answer.candles);
  };
  const auto expected = exchange.traded(btc_minutes, from, noon_minute - 3 * minute);
  EXPECT_EQ(timed("20,000 candles from the database, with their text"), expected);
  EXPECT_EQ(timed("20,000 candles from memory, with their text"), expected);
  EXPECT_EQ(exchange.count(), asked);
}

TEST_P(MarketService, MemoryIsBounded) {
  with.cache_bytes = 200'000;
  restart();
  exchange.most = 1000;
  exchange.trade(btc_minutes, noon_minute - 10'000 * minute, noon_minute);
  EXPECT_EQ(read(noon_minute - 10'000 * minute, noon_minute - minute).candles.size(), 9'999U);
  EXPECT_LE(market->count().cached_bytes, 200'000U);
  EXPECT_EQ(read(noon_minute - 10'000 * minute, noon_minute - minute).candles.size(), 9'999U);
}

TEST_P(MarketService, MoreThanMayWaitAreRefused) {
  with.most_waiters = 3;
  with.most_series = 2;
  with.most_fetches = 1;
  restart();
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  exchange.answer_only(0);
  const candle_request what{.of = btc_minutes, .from = noon_minute - 300 * minute, .to = noon_minute - 200 * minute};
  std::vector<std::future<base::result<candle_answer>>> answers;
  for (int i = 0; i < 3; ++i)
    answers.push_back(await_on(0, market->candles(what)));
  exchange.await_held();
  const auto refused = await(market->candles(what));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::errc::overloaded);
  auto other = what;
  other.of.symbol = "ETHUSDT";
  const auto crowded = await(market->candles(other));
  ASSERT_FALSE(crowded);
  EXPECT_EQ(crowded.error().code, base::errc::overloaded);
  exchange.answer_all();
  for (auto& one : answers)
    EXPECT_TRUE(one.get());
  for (const auto* symbol : {"AUSDT", "BUSDT", "CUSDT"}) {
    other.of.symbol = symbol;
    EXPECT_TRUE(await(market->candles(other))) << "those that nobody waits for make room";
    EXPECT_LE(market->count().series, 2U);
  }
}

TEST_P(MarketService, CandlesThatNobodyReadsAreRemoved) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  (void)read(noon_minute - 300 * minute, noon_minute - 200 * minute);
  EXPECT_EQ(await(market->purge_unread_since(noon)).value(), 0U);
  EXPECT_FALSE(stored().empty());
  EXPECT_EQ(await(market->purge_unread_since(noon + std::chrono::hours(1))).value(), 1U);
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(read(noon_minute - 320 * minute, noon_minute - 180 * minute).candles.size(), 140U);
  restart();
  EXPECT_EQ(read(noon_minute - 320 * minute, noon_minute - 180 * minute).candles.size(), 140U);
}

TEST_P(MarketService, WhatEndsAnswersEverybody) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute - minute), made_at(noon_minute)});
  market->stop();
  market->stop();
  EXPECT_TRUE(stored().empty()) << "nobody has said that it is right";
  const auto late = ask({.of = btc_minutes, .from = std::nullopt, .to = std::nullopt});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::errc::unavailable);
  EXPECT_FALSE(await(market->symbols(venue::spot)));
}

TEST_P(MarketService, TheHashIsOverFinishedCandlesAndIndicators) {
  exchange.put(btc_minutes, {noon_minute - 2 * minute, 100, 110.5, 99, 105, 1.25, 131.25});
  exchange.put(btc_minutes, {noon_minute - minute, 105, 106, 0.0000001, 100000, 0, 1e21});
  exchange.put(btc_minutes, made_at(noon_minute));
  const std::vector<std::string> indicators{"rsi(14)", "sma(20)"};
  const auto now = newest(3);
  EXPECT_EQ(now.finished, 2U);
  const auto hash = hash_of(btc_minutes, now, indicators);
  // printf 'kontor-candles-1\nspot/BTCUSDT/1m\nrsi(14) sma(20)\n1800014280000,1800014340000\n100,105\n110.5,106\n'\
  // '99,1e-7\n105,100000\n1.25,0\n131.25,1e+21\n' | sha256sum
  EXPECT_EQ(hash, "c241f2214f4d8bbd6ae65805147218a64443e84800f858c679a4c8e2e9eccfd7");
  restart();
  EXPECT_EQ(hash_of(btc_minutes, read(now.from, now.finished_to), indicators), hash) << "later, as a pin asks";
  EXPECT_NE(hash_of(btc_minutes, now, std::vector<std::string>{"sma(20)", "rsi(14)"}), hash);
}

TEST_P(MarketService, ARangeBefore1970OrWithoutAnythingInItIsEmpty) {
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  (void)newest(10);
  const auto asked = exchange.count();
  struct row {
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
  };
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  for (const auto& [from, to] :
       {row{std::nullopt, -315'619'200'000}, row{std::nullopt, 0}, row{std::nullopt, least}, row{least, -1}, row{-5, 0},
        row{noon_minute, noon_minute}, row{noon_minute, noon_minute - minute}, row{noon_minute, -1},
        row{noon_minute + hour, noon_minute + 2 * hour}, row{noon_minute + hour, std::nullopt}}) {
    const auto answer = ask({.of = btc_minutes, .from = from, .to = to, .limit = 100, .lead_in = 50});
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->candles.empty());
    EXPECT_TRUE(answer->lead_in.empty());
    EXPECT_FALSE(answer->is_forming);
    EXPECT_LE(answer->from, answer->to);
  }
  EXPECT_EQ(exchange.count(), asked);
}

TEST_P(MarketService, MoreThanOneWorkerHoldsIsFetchedOneAfterTheOther) {
  exchange.most = 20'000;
  with.patience = std::chrono::seconds(60);
  restart();
  constexpr std::int64_t many = 14;
  constexpr std::int64_t pages = 20'000 * minute;
  const auto end = noon_minute - 2 * hour;
  for (std::int64_t i = 0; i < many; ++i)
    exchange.put(btc_minutes, made_at(end - i * pages - minute));
  exchange.put(btc_minutes, made_at(end - many * pages));
  exchange.answer_only(0);
  std::vector<std::future<base::result<candle_answer>>> answers;
  for (std::int64_t i = 0; i < many; ++i)
    answers.push_back(await_on(
        0, market->candles(
               {.of = btc_minutes, .from = end - (i + 1) * pages, .to = end - i * pages, .limit = most_candles})));
  exchange.await_held();
  exchange.answer_all();
  for (auto& one : answers) {
    const auto answer = one.get();
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->is_stale);
    EXPECT_GE(answer->candles.size(), 1U);
  }
}

TEST_P(MarketService, WhatIsStoredIsShownWhileAllPlacesAreTaken) {
  with.most_fetches = 1;
  with.patience = std::chrono::milliseconds(500);
  with.alone_time = std::chrono::hours(1);
  restart();
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute);
  const auto from = noon_minute - 300 * minute;
  (void)read(from, from + 100 * minute);
  restart();
  auto other = btc_minutes;
  other.symbol = "ETHUSDT";
  exchange.trade(other, noon_minute - 1000 * minute, noon_minute);
  exchange.answer_only(0);
  auto slow = await_on(0, market->candles({.of = other, .from = from, .to = from + 100 * minute}));
  exchange.await_held();
  EXPECT_EQ(read(from, from + 100 * minute).candles.size(), 100U) << "stored whole";
  const auto part = read(from, from + 200 * minute);
  EXPECT_EQ(part.candles.size(), 100U) << "stored in part";
  EXPECT_TRUE(part.is_stale);
  EXPECT_FALSE(slow.get()) << "gives up; it is fetched on";
  exchange.answer_only(1);
  EXPECT_EQ(read(from, from + 200 * minute).candles.size(), 200U) << "whoever is fetched for nobody gives way";
}

TEST_P(MarketService, WhoLacksLeastIsServedFirst) {
  exchange.trade(btc_minutes, noon_minute - 5000 * minute, noon_minute + minute);
  exchange.answer_only(0);
  auto deep = await_on(0, market->candles({.of = btc_minutes,
                                           .from = noon_minute - 4500 * minute,
                                           .to = noon_minute - 500 * minute,
                                           .limit = most_candles}));
  exchange.await_held();
  auto few = await_on(1, market->candles({.of = btc_minutes, .from = std::nullopt, .to = std::nullopt, .limit = 2}));
  while (market->count().waiting < 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  exchange.answer_only(1);
  exchange.answer_held();
  const auto answer = few.get();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->is_stale);
  EXPECT_EQ(answer->candles.size(), 2U);
  exchange.answer_all();
  const auto all = deep.get();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->candles.size(), 4000U);
}

TEST_P(MarketService, AClockThatIsAheadLeavesNoHoles) {
  with.clock_trust = market_settings().clock_trust;
  restart();
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute);
  auto growing = made_at(noon_minute);
  growing.close = 1;
  exchange.put(btc_minutes, growing);
  for (const auto ahead : {std::chrono::minutes(10), std::chrono::minutes(14 * 60)}) {
    clock.advance(ahead);
    (void)newest(1000);
    (void)read(noon_minute - 50 * minute, noon_minute + 5 * minute);
    EXPECT_EQ(stored().back().time, noon_minute - minute);
    clock.advance(-ahead);
  }
  restart();
  exchange.trade(btc_minutes, noon_minute, noon_minute + 30 * minute);
  pass_time(std::chrono::minutes(29));
  EXPECT_EQ(rows_of(newest(100).candles),
            exchange.traded(btc_minutes, noon_minute - 70 * minute, noon_minute + 30 * minute));
}

TEST_P(MarketService, ARowOfTheFutureIsNoCandle) {
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  exchange.put(btc_minutes, made_at(noon_minute + 20 * hour));
  market->live_heard(btc_minutes, std::vector<candle>{made_at(noon_minute + 20 * hour)});
  const auto now = newest(10);
  EXPECT_EQ(now.candles.back().time, noon_minute);
  EXPECT_TRUE(now.is_forming);
  EXPECT_EQ(stored().back().time, noon_minute - minute);
}

TEST_P(MarketService, OneEmptyAnswerIsNotBelieved) {
  exchange.trade(btc_minutes, noon_minute - 2000 * minute, noon_minute + minute);
  const auto from = noon_minute - 300 * minute;
  const auto to = noon_minute - 200 * minute;
  exchange.forget_for_a_moment(1);
  EXPECT_EQ(read(from, to).candles.size(), 100U);
  exchange.forget_for_a_moment(1);
  (void)newest(10);
  restart();
  EXPECT_EQ(newest(500).candles.size(), 500U);
}

TEST_P(MarketService, WhatIsStoredIsNeverBeforeTheBeginning) {
  exchange.trade(btc_minutes, noon_minute - 2000 * minute, noon_minute + minute);
  (void)read(noon_minute - 900 * minute, noon_minute - 800 * minute);
  exchange.forget_for_a_moment(20);
  (void)read(noon_minute - 500 * minute, noon_minute - 400 * minute);
  exchange.forget_for_a_moment(0);
  restart();
  const auto answer = read(noon_minute - 900 * minute, noon_minute - 800 * minute);
  EXPECT_EQ(answer.candles.size(), 100U);
  EXPECT_TRUE(answer.has_older);
}

TEST_P(MarketService, ACandleThatCannotBeReadIsNotTakenForNoTrade) {
  exchange.trade(btc_minutes, noon_minute - 1000 * minute, noon_minute + minute);
  const auto from = noon_minute - 300 * minute;
  const auto to = noon_minute - 200 * minute;
  exchange.spoilt = {from + 50 * minute};
  const auto part = read(from, to);
  EXPECT_EQ(part.candles.size(), 99U);
  EXPECT_TRUE(part.is_stale);
  exchange.spoilt.clear();
  const auto asked = exchange.count();
  const auto all = read(from, to);
  EXPECT_EQ(all.candles.size(), 100U);
  EXPECT_FALSE(all.is_stale);
  EXPECT_EQ(exchange.count(), asked + 1) << "only that one";
}

TEST_P(MarketService, AHoleOfMonthsIsNotTakenForTheBeginning) {
  constexpr std::int64_t day = 24 * hour;
  exchange.trade(btc_minutes, noon_minute - 100 * day, noon_minute - 100 * day + 500 * minute);
  exchange.trade(btc_minutes, noon_minute - 100 * minute, noon_minute + minute);
  const auto all = newest(1000);
  EXPECT_TRUE(all.has_older);
  const auto old = read(noon_minute - 100 * day, noon_minute - 99 * day);
  EXPECT_EQ(old.candles.size(), 500U);
}

}  // namespace kontor::market
