#include "chart/data_service.hpp"

#include "chart/service_fixture.hpp"
#include "chart/symbol_check.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kontor::chart {
namespace {

constexpr std::int64_t minute = 60'000;

/// Has a candle of each minute.
class full_exchange final : public market::market_source {
 public:
  async::awaitable<base::result<std::vector<market::instrument>>> instruments(market::venue where) override {
    co_return std::vector<market::instrument>{{.where = where, .symbol = listed, .base = "BTC", .quote = "USDT"}};
  }
  async::awaitable<base::result<std::vector<market::ticker>>> tickers(market::venue) override {
    co_return std::vector<market::ticker>();
  }
  async::awaitable<base::result<market::told_candles>> candles(market::series, market::time_range within) override {
    ++asked;
    std::vector<market::candle> out;
    for (auto at = (within.to - 1) / minute * minute; at >= within.from && out.size() < most; at -= minute) {
      const auto price = static_cast<double>(at / minute % 1000) + 0.5;
      out.push_back({.time = at,
                     .open = price,
                     .high = price + 1,
                     .low = price - 0.25,
                     .close = price,
                     .volume = 2,
                     .quote_volume = 2 * price});
    }
    std::ranges::reverse(out);
    co_return market::told_candles{
        .rows = std::move(out), .asked = {out.empty() ? within.from : out.front().time, within.to}, .spoilt = {}};
  }
  std::int64_t most_at_once(const market::series&, std::int64_t) const override { return most; }
  std::chrono::milliseconds ahead() const override { return std::chrono::milliseconds(0); }

  std::atomic<int> asked = 0;
  std::string listed = "BTCUSDT";

 private:
  static constexpr std::size_t most = 1000;
};

struct DataService : on_services {
  full_exchange full;
  std::unique_ptr<market::market_service> filled;
  async::blocking_pool one_thread{{.name = "one", .threads = 1}};
  async::blocking_pool two_threads{{.name = "two", .threads = 2}};

  DataService() {
    filled = std::make_unique<market::market_service>(market_loop.at(0), full, *store, clock);
    filled->start();
  }
  ~DataService() override { filled->stop(); }

  static data_request candles(std::int64_t count, std::size_t bollingers = 0) {
    data_request out{.of = {.where = market::venue::spot, .symbol = "BTCUSDT", .every = market::interval::m1},
                     .indicators = {},
                     .from = std::nullopt,
                     .to = 1'800'000'000'000 - 60 * minute,
                     .limit = count,
                     .of_chart = std::nullopt};
    for (std::size_t i = 0; i < bollingers; ++i)
      out.indicators.push_back(
          {.what = {.what = indicator::kind::bollinger, .parameters = {20, static_cast<double>(i + 1)}}, .color = {}});
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, DataService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(DataService, ALargeAnswerHasAPlaceUntilItIsGone) {
  data_service data(*filled, two_threads, {.large = 700, .per_account = 1400, .in_all = 2100});
  EXPECT_EQ(await(data.as_json(ann, candles(99)))->place, nullptr);
  auto first = await(data.as_json(ann, candles(100)));
  ASSERT_TRUE(first) << first.error().internal_detail;
  EXPECT_NE(first->place, nullptr);
  const auto second = await(data.as_csv(ann, candles(100)));
  EXPECT_NE(second.value().place, nullptr);
  const auto third = await(data.as_json(ann, candles(100)));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, base::errc::too_many_requests);
  EXPECT_EQ(await(data.as_csv(ann, candles(100))).error().code, base::errc::too_many_requests);
  EXPECT_TRUE(await(data.as_json(ann, candles(99)))) << "small ones always go";
  const auto of_bob = await(data.as_json(bob, candles(100)));
  EXPECT_TRUE(of_bob);
  EXPECT_EQ(await(data.as_json(bob, candles(100))).error().code, base::errc::overloaded);
  first->place.reset();
  EXPECT_TRUE(await(data.as_json(ann, candles(100))));
}

TEST_P(DataService, NobodyHasTheExchangeAskedForSymbolsThatItDoesNotHave) {
  data_service data(*filled, two_threads);
  auto wanted = candles(10);
  wanted.of.symbol = "MADEUP";
  const auto told = await(data.read(wanted));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().fields, unknown_symbol().fields);
  EXPECT_EQ(full.asked, 0);
  EXPECT_TRUE(await(data.read(candles(10))));
  EXPECT_GT(full.asked, 0);
}

TEST_P(DataService, WrittenByTwoThreadsItIsTheSame) {
  data_service alone(*filled, one_thread);
  data_service both(*filled, two_threads);
  const auto wish = candles(2000, 10);
  const auto before = two_threads.metrics().begun;
  const auto text = await(alone.as_json(ann, wish)).value().text;
  EXPECT_EQ(await(both.as_json(ann, wish)).value().text, text);
  // Both halves, and what puts them together.
  EXPECT_EQ(two_threads.metrics().begun - before, 3U);
}

TEST_P(DataService, WhatIsWrongWithAPinIsSaidWhereItStands) {
  data_service data(*filled, one_thread);
  const auto path_of = [&](std::string symbol, std::int64_t from, std::int64_t to) {
    pin what{.of = {.where = market::venue::spot, .symbol = std::move(symbol), .every = market::interval::m1},
             .from = from,
             .to = to,
             .indicators = {},
             .fingerprint = std::string(64, 'a')};
    const auto told = await(data.verify(ann, std::move(what)));
    return told ? std::string("good") : told.error().fields.at(0).path;
  };
  const auto to = 1'800'000'000'000 - 60 * minute;
  EXPECT_EQ(path_of("BTCUSDT", to - 5 * minute, to), "good");
  EXPECT_EQ(path_of("b", to - 5 * minute, to), "/pin/symbol");
  EXPECT_EQ(path_of("BTCUSDT", to, to), "/pin/from");
  EXPECT_EQ(path_of("BTCUSDT", to - 20'001 * minute, to), "/pin/from");
}

TEST_P(DataService, APinOfASymbolThatIsNotListedAnyMoreIsHeldAgainstWhatIsStored) {
  data_service data(*filled, one_thread);
  const auto pin_of = [&](const std::string& symbol) {
    auto wanted = candles(50);
    wanted.of.symbol = symbol;
    return wanted;
  };
  const auto shown = await(data.read(pin_of("BTCUSDT"))).value();
  auto was = data_service::pin_of(shown);
  full.listed = "ETHUSDT";
  clock.advance(std::chrono::hours(2));
  const auto asked = full.asked.load();
  using enum pin_verification::outcome;
  EXPECT_EQ(await(data.verify(ann, was))->how, matches);
  auto other = was;
  other.fingerprint = std::string(64, 'a');
  EXPECT_EQ(await(data.verify(ann, other))->how, changed);
  other.from -= 5000 * minute;
  other.to -= 5000 * minute;
  EXPECT_EQ(await(data.verify(ann, other))->how, missing) << "of that nothing is stored";
  was.of.symbol = "MADEUP";
  EXPECT_EQ(await(data.verify(ann, was)).error().fields.at(0).path, "/pin/symbol");
  EXPECT_EQ(full.asked, asked) << "the exchange does not have it";
}

// As the how manieth it was answered, from 0.
async::awaitable<int> place_of(async::awaitable<base::result<written_answer>> task, std::atomic<int>& answered) {
  const auto answer = co_await std::move(task);
  EXPECT_TRUE(answer);
  co_return answered++;
}

TEST_P(DataService, OneWhoAsksForEverythingKeepsNobodyWaiting) {
  data_service data(*filled, one_thread);
  (void)await(data.as_json(ann, candles(100)));
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;
  auto hold = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_open; });
  };
  auto held = await_on(0, one_thread.run(hold));
  std::atomic<int> answered = 0;
  std::vector<std::future<int>> flood;
  for (int i = 0; i < 100; ++i)
    flood.push_back(await_on(0, place_of(data.as_json(ann, candles(100)), answered)));
  auto other = await_on(0, place_of(data.as_json(bob, candles(100)), answered));
  {
    const std::scoped_lock lock(mutex);
    is_open = true;
  }
  changed.notify_all();
  EXPECT_LT(other.get(), 50) << "bob did not wait for all of them";
  for (auto& one : flood)
    (void)one.get();
  EXPECT_TRUE(held.get());
}

}  // namespace kontor::chart
