#include "market/live_market.hpp"

#include "market/live_frames.hpp"
#include "market/live_topic.hpp"
#include "market/market_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <iostream>
#include <mutex>
#include <new>
#include <ranges>
#include <thread>

namespace kontor::market {
namespace {

class scripted_live final : public live_source {
 public:
  void set_listener(live_listener& who) override { listener = &who; }
  void want(const series& of) override { note("want " + name_of(of)); }
  void drop(const series& of) override { note("drop " + name_of(of)); }

  std::vector<std::string> said() {
    const std::scoped_lock lock(mutex_);
    return said_;
  }
  void await_said(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return said_.size() >= count; }));
  }

  live_listener* listener = nullptr;

 private:
  void note(std::string what) {
    const std::scoped_lock lock(mutex_);
    said_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> said_;
};

class ear final : public market_listener {
 public:
  void hear(const frame& what) noexcept override {
    const std::scoped_lock lock(mutex_);
    heard_.push_back(what);
    changed_.notify_all();
  }
  /// `live`, `away`, …; of candles the minute, the close, `!` when final, and the values.
  std::vector<std::string> shapes() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    for (const auto& one : heard_)
      out.push_back(shape_of(*one));
    return out;
  }
  std::vector<frame> frames() {
    const std::scoped_lock lock(mutex_);
    return heard_;
  }
  bool await(const std::string& shape, std::size_t from = 0) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
      for (auto i = from; i < heard_.size(); ++i)
        if (shape_of(*heard_[i]) == shape) return true;
      return false;
    });
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex_);
    return heard_.size();
  }

 private:
  static std::string shape_of(const std::string& text) {
    const auto frame = boost::json::parse(text);
    if (frame.at("type") == "market_status") return std::string(frame.at("state").as_string());
    const auto& numbers = frame.at("candle").as_array();
    auto out = std::to_string((numbers.at(0).as_int64() - noon_minute) / minute) + ":" +
               std::to_string(static_cast<int>(numbers.at(4).to_number<double>()));
    if (frame.at("is_final").as_bool()) out += "!";
    for (const auto& [name, values] : frame.at("values").as_object())
      out.append(" ").append(name).append(boost::json::serialize(values));
    return out;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<frame> heard_;
};

/// How many candles it was given, and the close of the next.
class counting final : public live_indicator {
 public:
  void push(const candle&) override { ++count_; }
  std::vector<std::optional<double>> peek(const candle& growing) const override {
    return {static_cast<double>(count_), growing.close, std::nullopt};
  }

 private:
  int count_ = 0;
};

watched_indicator counter(std::int64_t lead_in, std::string text = "count(1)") {
  return {.text = std::move(text), .lead_in = lead_in, .start = [] { return std::make_unique<counting>(); }};
}

candle grown(std::int64_t number, int close) {
  auto out = made_at(noon_minute + number * minute);
  out.close = close;
  return out;
}

struct LiveMarket : market_fixture {
  LiveMarket() {
    exchange.trade(btc_minutes, noon_minute - 300 * minute, noon_minute);
    exchange.put(btc_minutes, grown(0, 7));
    start();
  }
  void start() {
    live.reset();
    live.emplace(loops.at(1), upstream, *market, clock, how);
  }
  template <class Act>
  void on_loop(Act act) {
    std::promise<void> done;
    boost::asio::post(loops.at(1), [&] {
      act();
      done.set_value();
    });
    done.get_future().get();
  }
  void began() {
    on_loop([this] { live->began(btc_minutes); });
  }
  void heard(std::vector<candle> latest) {
    on_loop([&] { live->heard(btc_minutes, latest); });
  }
  std::shared_ptr<ear> watch(std::vector<watched_indicator> with = {}) {
    auto who = std::make_shared<ear>();
    EXPECT_TRUE(live->watch(btc_minutes, std::move(with), who));
    return who;
  }

  scripted_live upstream;
  live_settings how;
  std::optional<live_market> live;
};
INSTANTIATE_TEST_SUITE_P(Databases, LiveMarket, tests::each_database, tests::database_name);

using shapes = std::vector<std::string>;

}  // namespace

TEST_P(LiveMarket, WhoWatchesHearsWhatGrows) {
  const auto who = watch({counter(10)});
  upstream.await_said(1);
  ASSERT_TRUE(who->await("0:7 count(1)[11,7,null]")) << "ten before and the one before this";
  began();
  ASSERT_TRUE(who->await("live"));
  const auto from = who->count();
  pass_time(how.pace);
  heard({grown(0, 8)});
  ASSERT_TRUE(who->await("0:8 count(1)[11,8,null]", from));
  pass_time(std::chrono::minutes(1));
  heard({grown(0, 9), grown(1, 10)});
  ASSERT_TRUE(who->await("1:10 count(1)[12,10,null]"));
  const auto all = who->shapes();
  EXPECT_EQ(all[all.size() - 2], "0:9! count(1)[11,9,null]");
  const auto text = *who->frames().back();
  EXPECT_TRUE(text.starts_with(R"({"type":"candle","timestamp":"2027-01-15T12:01:30.100000Z","market":"spot",)"
                               R"("symbol":"BTCUSDT","interval":"1m","candle":[1800014460000,)"))
      << text;
  EXPECT_TRUE(text.ends_with(R"x(],"is_final":false,"values":{"count(1)":[12,10,null]}})x")) << text;
}

TEST_P(LiveMarket, OneWantAndOneTextForAThousand) {
  std::vector<std::shared_ptr<ear>> all;
  for (int i = 0; i < 1000; ++i)
    all.push_back(watch({counter(10)}));
  upstream.await_said(1);
  began();
  for (const auto& one : all)
    ASSERT_TRUE(one->await("live"));
  pass_time(how.pace);
  const auto begun = std::chrono::steady_clock::now();
  heard({grown(0, 8)});
  const auto time = std::chrono::steady_clock::now() - begun;
  std::cout << "told to 1,000: " << std::chrono::duration_cast<std::chrono::microseconds>(time).count() << " us\n";
  const auto text = all.front()->frames().back();
  for (const auto& one : all)
    EXPECT_EQ(one->frames().back().get(), text.get());
  EXPECT_EQ(upstream.said(), shapes{"want spot/BTCUSDT/1m"});
  EXPECT_EQ(live->series_count(), 1U);
  EXPECT_EQ(live->topic_count(), 1U);
}

TEST_P(LiveMarket, WhoComesLaterHearsHowItStandsAndThenAllThatHappens) {
  const auto first = watch();
  upstream.await_said(1);
  began();
  ASSERT_TRUE(first->await("live"));
  std::vector<std::shared_ptr<ear>> later;
  for (int i = 1; i <= 20; ++i) {
    pass_time(std::chrono::minutes(1));
    auto coming = std::async(std::launch::async, [this] { return watch(); });
    heard({grown(i, i)});
    later.push_back(coming.get());
  }
  ASSERT_TRUE(first->await("20:20"));
  for (const auto& one : later) {
    ASSERT_TRUE(one->await("20:20"));
    // What each heard is the end of what the first heard.
    auto all = one->shapes();
    ASSERT_EQ(all.front(), "live");
    all.erase(all.begin());
    const auto told = first->shapes();
    ASSERT_LE(all.size(), told.size());
    EXPECT_TRUE(std::equal(all.rbegin(), all.rend(), told.rbegin())) << all.size();
  }
}

TEST_P(LiveMarket, FastUpdatesBecomeFewFrames) {
  const auto who = watch();
  upstream.await_said(1);
  began();
  ASSERT_TRUE(who->await("live"));
  ASSERT_TRUE(who->await("0:7"));
  const auto from = who->count();
  for (int i = 10; i < 60; ++i)
    heard({grown(0, i)});
  EXPECT_EQ(who->count(), from) << "the clock stands";
  pass_time(how.pace);
  ASSERT_TRUE(who->await("0:59"));
  EXPECT_EQ(who->count(), from + 1);
  heard({grown(0, 60)});
  heard({grown(0, 61), grown(1, 62)});
  EXPECT_TRUE(who->await("0:61!")) << "what is final does not wait";
}

TEST_P(LiveMarket, AfterABreakTheGapIsFetchedFirst) {
  const auto who = watch({counter(5)});
  upstream.await_said(1);
  began();
  ASSERT_TRUE(who->await("0:7 count(1)[6,7,null]"));
  const auto from = who->count();
  on_loop([this] { live->broke(btc_minutes); });
  ASSERT_TRUE(who->await("away", from));
  for (int i = 0; i <= 9; ++i)
    exchange.put(btc_minutes, grown(i, 100 + i));
  pass_time(std::chrono::minutes(10));
  exchange.answer_only(0);
  began();
  heard({grown(10, 1)});
  exchange.await_held();
  heard({grown(10, 2)});
  EXPECT_EQ(who->shapes().back(), "away") << "nothing before the gap is filled";
  exchange.put(btc_minutes, grown(10, 1));
  exchange.answer_all();
  ASSERT_TRUE(who->await("10:2 count(1)[6,2,null]"));
  const auto all = who->shapes();
  EXPECT_EQ(shapes(all.begin() + static_cast<long>(from), all.end()),
            (shapes{"away", "gap_filled", "live", "10:2 count(1)[6,2,null]"}));
  const auto now = newest(20);
  EXPECT_EQ(now.candles.at(now.candles.size() - 2).close, 109);
  EXPECT_FALSE(now.is_stale);
}

TEST_P(LiveMarket, AFinalCandleThatWasHeardWronglyIsCorrected) {
  live.reset();
  with.store_every = std::chrono::milliseconds(20);
  restart();
  start();
  const auto who = watch({counter(5)});
  upstream.await_said(1);
  began();
  ASSERT_TRUE(who->await("0:7 count(1)[6,7,null]"));
  heard({grown(0, 7)});
  // The last frames of the first candle are lost.
  exchange.put(btc_minutes, grown(0, 9));
  exchange.put(btc_minutes, grown(1, 3));
  pass_time(std::chrono::minutes(1));
  heard({grown(1, 3)});
  ASSERT_TRUE(who->await("0:7! count(1)[6,7,null]"));
  ASSERT_TRUE(who->await("gap_filled")) << "whoever shows it reads it again";
  ASSERT_TRUE(who->await("1:3 count(1)[6,3,null]", who->count() - 1)) << "computed anew";
  EXPECT_EQ(newest(2).candles.front().close, 9);
  EXPECT_EQ(stored().back().close, 9);
}

TEST_P(LiveMarket, ALongWarmUpLeavesTurnsToOthers) {
  constexpr std::int64_t many = 3 * static_cast<std::int64_t>(warm_up::piece);
  exchange.most = 20'000;
  exchange.trade(btc_minutes, noon_minute - (many + 10) * minute, noon_minute);
  const auto all = newest(2, many);
  ASSERT_EQ(all.lead_in.size(), static_cast<std::size_t>(many));
  const live_topic topic(btc_minutes, {counter(many)});
  auto prepared = topic.prepare(all);
  int pieces = 0;
  while (prepared.go_on())
    ++pieces;
  EXPECT_EQ(pieces, 4);
  const auto who = watch({counter(many)});
  ASSERT_TRUE(who->await("0:7 count(1)[" + std::to_string(many + 1) + ",7,null]"));
}

TEST_P(LiveMarket, AGapIsAskedForUntilTheExchangeAnswers) {
  how.retry = std::chrono::milliseconds(10);
  start();
  const auto who = watch();
  upstream.await_said(1);
  began();
  ASSERT_TRUE(who->await("live"));
  on_loop([this] { live->broke(btc_minutes); });
  exchange.go_away();
  pass_time(std::chrono::minutes(5));
  for (int i = 0; i <= 5; ++i)
    exchange.put(btc_minutes, grown(i, 100 + i));
  const auto asked = exchange.count();
  began();
  heard({grown(5, 50)});
  while (exchange.count() < asked + 3)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(who->shapes().back(), "away");
  exchange.come_back();
  ASSERT_TRUE(who->await("gap_filled"));
  ASSERT_TRUE(who->await("5:50"));
}

TEST_P(LiveMarket, AFaultWhileItBeginsIsTriedAgain) {
  how.retry = std::chrono::milliseconds(10);
  start();
  std::atomic<int> starts = 0;
  watched_indicator faulty{.text = "count(1)", .lead_in = 5, .start = [&starts]() -> std::unique_ptr<live_indicator> {
                             if (++starts == 1) throw std::bad_alloc();
                             return std::make_unique<counting>();
                           }};
  const auto who = watch({faulty});
  upstream.await_said(1);
  began();
  EXPECT_TRUE(who->await("0:7 count(1)[6,7,null]"));
  live.reset();
}

TEST_P(LiveMarket, WhatTheExchangeDoesNotHaveIsRefused) {
  const auto who = watch();
  upstream.await_said(1);
  on_loop([this] { live->refused(btc_minutes); });
  ASSERT_TRUE(who->await("refused"));
  const auto later = watch();
  EXPECT_EQ(later->shapes().front(), "refused");
}

TEST_P(LiveMarket, WhatNobodyWatchesIsDroppedAfterAWhile) {
  // However often it is waited for, the candle that grows must not be over meanwhile.
  how.linger = std::chrono::milliseconds(50);
  start();
  const auto who = watch();
  const auto other = watch({counter(3)});
  upstream.await_said(1);
  EXPECT_EQ(live->topic_count(), 2U);
  live->leave(*who);
  live->unwatch(btc_minutes, *other);
  began();
  EXPECT_EQ(live->series_count(), 1U);
  // The time of leaving is noted at the next look.
  while (live->topic_count() != 0) {
    pass_time(how.linger);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  upstream.await_said(2);
  EXPECT_EQ(upstream.said(), (shapes{"want spot/BTCUSDT/1m", "drop spot/BTCUSDT/1m"}));
  EXPECT_EQ(live->series_count(), 0U);
  const auto from = who->count();
  EXPECT_EQ(who.use_count(), 1) << "nothing holds who left";
  EXPECT_EQ(other.use_count(), 1);

  const auto again = watch();
  upstream.await_said(3);
  ASSERT_TRUE(again->await("0:7"));
  EXPECT_EQ(who->count(), from);
}

TEST_P(LiveMarket, WatchingAgainReplacesTheIndicators) {
  const auto who = std::make_shared<ear>();
  ASSERT_TRUE(live->watch(btc_minutes, {counter(3)}, who));
  ASSERT_TRUE(who->await("0:7 count(1)[4,7,null]"));
  ASSERT_TRUE(live->watch(btc_minutes, {counter(0, "b"), counter(0, "a"), counter(0, "b")}, who));
  ASSERT_TRUE(who->await("0:7 a[1,7,null] b[1,7,null]"));
  began();
  const auto from = who->count();
  pass_time(how.pace);
  heard({grown(0, 8)});
  ASSERT_TRUE(who->await("0:8 a[1,8,null] b[1,8,null]"));
  for (const auto& one : who->shapes() | std::views::drop(from))
    EXPECT_EQ(one.find("count"), std::string::npos) << one;
}

TEST_P(LiveMarket, TopicsAreBounded) {
  how.most_topics = 2;
  start();
  (void)watch();
  const auto kept = watch({counter(1)});
  const auto refused = live->watch(btc_minutes, {counter(2, "other")}, kept);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::errc::overloaded);
  EXPECT_TRUE(live->watch(btc_minutes, {}, kept)) << "one that is there already";
}

TEST_P(LiveMarket, AfterTheEndNothingIsHeard) {
  const auto who = watch();
  upstream.await_said(1);
  began();
  ASSERT_TRUE(who->await("live"));
  ASSERT_TRUE(who->await("0:7"));
  live->stop();
  live->stop();
  const auto count = who->count();
  heard({grown(0, 9)});
  EXPECT_EQ(who->count(), count);
  EXPECT_FALSE(live->watch(btc_minutes, {}, who));
}

}  // namespace kontor::market
