// The inside of a live_market: for live_market.cpp, and live_seeding.cpp, which fetches what a topic stands on.
#pragma once

#include "async/task_group.hpp"
#include "market/live_market.hpp"
#include "market/live_topic.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kontor::market {

/// Lives as long as its coroutines.
struct live_market::work {
  using shared = std::shared_ptr<work>;

  work(boost::asio::io_context& l, live_source& e, market_service& c, const base::clock& t, live_settings with)
      : loop(l), exchange(e), candles(c), clock(t), settings(with), roots(l) {}

  struct topic {
    topic(std::string called, series of, std::vector<watched_indicator> with)
        : key(std::move(called)), told(std::move(of), std::move(with)) {}
    const std::string key;
    live_topic told;
    // On the loop.
    std::uint64_t seeding = 0;  // The number of the seeding that counts.
    std::optional<base::timestamp> left_at;
    bool has_gap = false;  // Something was missed that is not fetched yet.
  };
  using shared_topic = std::shared_ptr<topic>;
  enum class standing { wanted, live, away, refused };
  struct stream {
    standing now = standing::wanted;
    std::vector<shared_topic> topics;
  };

  async::awaitable<void> sleep(std::chrono::milliseconds time);
  void open(const shared_topic& what);
  void seed(const shared_topic& what);
  static async::awaitable<void> keep_seeding(shared self, shared_topic what, std::uint64_t number);
  static async::awaitable<base::result<candle_answer>> fetched(shared self, candle_request what);
  static async::awaitable<bool> try_to_finish(shared self, shared_topic what, std::uint64_t number,
                                              const base::result<candle_answer>& all);
  void finish_seeding(const shared_topic& what, warm_up prepared);
  void correct(const series& of);
  static async::awaitable<void> keep_pace(shared self);
  void flush();
  void close_left();
  void close(const shared_topic& what);
  static async::awaitable<void> end(shared self);

  template <class Act>
  void on_loop(const series& of, Act act);

  boost::asio::io_context& loop;
  live_source& exchange;
  market_service& candles;
  const base::clock& clock;
  const live_settings settings;
  async::task_group roots;
  std::atomic<bool> is_stopped = false;
  std::weak_ptr<work> shared_self;

  // On the loop.
  std::map<series, stream> streams;
  bool is_pacing = false;
  std::atomic<std::size_t> stream_count = 0;

  mutable std::mutex mutex;
  std::map<std::string, shared_topic, std::less<>> topics;
  std::unordered_map<const market_listener*, std::map<series, shared_topic>> seats;
};

}  // namespace kontor::market
