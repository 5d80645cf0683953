// An exchange that says what a test tells it to, and a market over it with a database of each kind.
#pragma once

#include "async/completion.hpp"
#include "market/candle_view.hpp"
#include "market/market_service.hpp"
#include "market/market_source.hpp"
#include "market/market_statements.hpp"
#include "market/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::market {

inline constexpr std::int64_t minute = 60'000;
inline constexpr std::int64_t hour = 60 * minute;
// 2027-01-15, 12:00:30 UTC.
inline const base::timestamp noon = base::from_microseconds(1'800'014'430'000'000);
inline constexpr std::int64_t noon_minute = 1'800'014'400'000;
inline const series btc_minutes{.where = venue::spot, .symbol = "BTCUSDT", .every = interval::m1};

/// A candle whose numbers tell when it opened.
inline candle made_at(std::int64_t time) {
  const auto price = 60'000 + static_cast<double>(time / minute % 10'007) / 100;
  return {.time = time,
          .open = price,
          .high = price + 1.25,
          .low = price - 0.75,
          .close = price + 0.5,
          .volume = static_cast<double>(time / minute % 977) / 8,
          .quote_volume = static_cast<double>(time / minute % 9'973)};
}

class scripted_source final : public market_source {
 public:
  async::awaitable<base::result<std::vector<instrument>>> instruments(venue) override {
    auto why = co_await pass(anything);
    if (why) co_return *why;
    const std::scoped_lock lock(mutex_);
    co_return listed;
  }
  async::awaitable<base::result<std::vector<ticker>>> tickers(venue) override {
    auto why = co_await pass(anything);
    if (why) co_return *why;
    const std::scoped_lock lock(mutex_);
    co_return prices;
  }
  /// One answer reaches no further back than `most` candles would, traded or not. Hours and days are there of what is
  /// traded in minutes.
  async::awaitable<base::result<told_candles>> candles(series of, time_range within) override {
    auto why = co_await pass(within);
    if (why) co_return *why;
    const std::scoped_lock lock(mutex_);
    within.from = std::max(within.from, within.to - most * longest(of.every).count());
    told_candles out{.rows = {}, .asked = within};
    if (glitches_ > 0) {
      --glitches_;
      co_return out;
    }
    for (const auto& row : rows_of_any(of)) {
      if (row.time < within.from || row.time >= within.to) continue;
      if (std::ranges::find(spoilt, row.time) != spoilt.end()) {
        out.spoilt.push_back(row.time);
      } else {
        out.rows.push_back(row);
      }
    }
    if (static_cast<std::int64_t>(out.rows.size()) > most) out.rows.erase(out.rows.begin(), out.rows.end() - most);
    if (mangle) out.rows = mangle(std::move(out.rows));
    co_return out;
  }
  std::int64_t most_at_once(const series&, std::int64_t) const override { return most; }
  std::chrono::milliseconds ahead() const override { return std::chrono::milliseconds(is_ahead.load()); }

  /// Candles from `from` on, one after the other, that open before `to`.
  void trade(const series& of, std::int64_t from, std::int64_t to) {
    for (auto time = from; time < to; time = end_of(of.every, time))
      put(of, made_at(time));
  }
  void put(const series& of, const candle& what) {
    const std::scoped_lock lock(mutex_);
    auto& rows = traded_[of];
    const auto at = std::ranges::lower_bound(rows, what.time, {}, &candle::time);
    if (at != rows.end() && at->time == what.time) {
      *at = what;
    } else {
      rows.insert(at, what);
    }
  }
  void remove(const series& of, std::int64_t from, std::int64_t to) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(traded_[of], [from, to](const auto& row) { return row.time >= from && row.time < to; });
  }
  std::vector<candle> traded(const series& of, std::int64_t from, std::int64_t to) {
    const std::scoped_lock lock(mutex_);
    std::vector<candle> out;
    std::ranges::copy_if(traded_[of], std::back_inserter(out),
                         [from, to](const auto& row) { return row.time >= from && row.time < to; });
    return out;
  }

  /// So many questions are answered as if nothing had ever been traded.
  void forget_for_a_moment(int questions) {
    const std::scoped_lock lock(mutex_);
    glitches_ = questions;
  }

  void go_away() { is_away_ = true; }
  void come_back() { is_away_ = false; }
  /// Only so many more questions are answered; the others wait for answer_all().
  void answer_only(std::int64_t count) {
    const std::scoped_lock lock(mutex_);
    allowed_ = count;
  }
  void answer_all() {
    std::vector<async::completion<bool>> all;
    {
      const std::scoped_lock lock(mutex_);
      allowed_.reset();
      all.swap(held_);
    }
    for (auto& one : all)
      one.complete(true);
  }
  /// Those that wait; the count of others stays.
  void answer_held() {
    std::vector<async::completion<bool>> all;
    {
      const std::scoped_lock lock(mutex_);
      all.swap(held_);
    }
    for (auto& one : all)
      one.complete(true);
  }
  void await_held() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !held_.empty(); }));
  }

  std::vector<time_range> questions() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  std::size_t count() { return questions().size(); }

  std::int64_t most = 200;
  std::atomic<std::int64_t> is_ahead = 0;  ///< Milliseconds, of its clock.
  std::function<std::vector<candle>(std::vector<candle>)> mangle;
  std::vector<std::int64_t> spoilt;  ///< Candles that open then cannot be read.
  std::vector<instrument> listed;
  std::vector<ticker> prices;

 private:
  static constexpr time_range anything{};

  std::vector<candle> rows_of_any(const series& of) {
    const auto found = traded_.find(of);
    if (found != traded_.end()) return found->second;
    std::vector<candle> out;
    auto minutes = of;
    minutes.every = interval::m1;
    const auto length = longest(of.every).count();
    for (const auto& row : traded_[minutes]) {
      const auto time = row.time / length * length;
      if (out.empty() || out.back().time != time) out.push_back(made_at(time));
    }
    return out;
  }
  async::awaitable<std::optional<base::error>> pass(time_range within) {
    // Counted and held in one act: whoever sees the count may answer all that are held.
    auto start = [this, within](async::completion<bool> done) {
      {
        const std::scoped_lock lock(mutex_);
        asked_.push_back(within);
        if (allowed_ && (*allowed_)-- <= 0) {
          held_.push_back(std::move(done));
          changed_.notify_all();
          return;
        }
      }
      done.complete(true);
    };
    (void)co_await async::wait_for<bool>(std::move(start));
    if (is_away_) co_return base::error{base::errc::unavailable, "exchange-unreachable"};
    co_return std::nullopt;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<series, std::vector<candle>> traded_;
  std::vector<time_range> asked_;
  std::vector<async::completion<bool>> held_;
  std::optional<std::int64_t> allowed_;
  int glitches_ = 0;
  std::atomic<bool> is_away_ = false;
};

inline std::vector<candle> rows_of(const candle_range& range) {
  std::vector<candle> out;
  range.for_each([&out](const candle& one) { out.push_back(one); });
  return out;
}

struct market_fixture : tests::on_each_database {
  market_fixture() {
    open(tests::join_steps({migrations()}));
    with.pause_after_failure = std::chrono::milliseconds(0);
    with.clock_trust = std::chrono::hours(1);
    restart();
  }
  ~market_fixture() override { exchange.answer_all(); }

  /// As another program over the same database, with nothing in memory.
  void restart() {
    exchange.answer_all();
    market.reset();
    market.emplace(loops.at(1), exchange, *store, clock, with);
    market->start();
  }

  base::result<candle_answer> ask(candle_request what) { return await(market->candles(std::move(what))); }
  candle_answer read(std::int64_t from, std::int64_t to, const series& of = btc_minutes) {
    auto answer = ask({.of = of, .from = from, .to = to, .limit = most_candles});
    EXPECT_TRUE(answer) << answer.error().internal_detail;
    return answer ? *answer : candle_answer();
  }
  candle_answer newest(std::int64_t limit, std::int64_t lead_in = 0, const series& of = btc_minutes) {
    auto answer = ask({.of = of, .from = std::nullopt, .to = std::nullopt, .limit = limit, .lead_in = lead_in});
    EXPECT_TRUE(answer) << answer.error().internal_detail;
    return answer ? *answer : candle_answer();
  }
  std::vector<candle> stored(const series& of = btc_minutes) {
    auto job = [of](sql::session& in) {
      std::vector<candle> out;
      for (const auto& one : statements::list_blocks(in, of, 0, 1'000'000'000))
        out.insert(out.end(), one.candles->rows().begin(), one.candles->rows().end());
      return out;
    };
    return store->read_now(std::move(job)).value();
  }
  void pass_time(std::chrono::milliseconds time) { clock.advance(time); }

  base::manual_clock clock{noon};
  scripted_source exchange;
  market_settings with;
  std::optional<market_service> market;
};

}  // namespace kontor::market
