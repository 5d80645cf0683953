#include "market/live_market.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "market/live_topic.hpp"
#include "market/market_statements.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace kontor::market {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

constexpr int most_doublings = 4;
constexpr std::chrono::seconds time_to_die{10};
// The growing candle, and the one before.
constexpr std::int64_t shown = 2;

// The same indicators are the same topic, in whatever order they were named.
void put_into_order(std::vector<watched_indicator>& with) {
  std::ranges::sort(with, {}, &watched_indicator::text);
  const auto [first, last] = std::ranges::unique(with, {}, &watched_indicator::text);
  with.erase(first, last);
}

std::string key_of(const series& of, const std::vector<watched_indicator>& with) {
  auto out = name_of(of);
  for (const auto& one : with)
    out.append(" ").append(one.text);
  return out;
}

async::awaitable<void> sleep(boost::asio::io_context& loop, std::chrono::milliseconds time) {
  timer sleeping(loop.get_executor());
  sleeping.expires_after(time);
  co_await sleeping.async_wait(async::use_awaitable);
}

}  // namespace

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

  void open(const shared_topic& what);
  void seed(const shared_topic& what);
  static async::awaitable<void> keep_seeding(shared self, shared_topic what, std::uint64_t number);
  static async::awaitable<base::result<candle_answer>> fetched(shared self, candle_request what);
  bool try_to_finish(const shared_topic& what, const base::result<candle_answer>& all);
  void finish_seeding(const shared_topic& what, const candle_answer& all);
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

void live_market::work::open(const shared_topic& what) {
  if (is_stopped) return;
  const auto [at, is_new] = streams.try_emplace(what->told.of());
  auto& in = at->second;
  in.topics.push_back(what);
  if (is_new) {
    ++stream_count;
    exchange.want(what->told.of());
  }
  if (in.now == standing::away) what->told.tell_status("away", clock.now());
  if (in.now == standing::refused) what->told.tell_status("refused", clock.now());
  if (in.now != standing::refused) seed(what);
  if (!std::exchange(is_pacing, true)) roots.spawn("tell of growing candles", keep_pace(shared_self.lock()));
}

void live_market::work::seed(const shared_topic& what) {
  what->told.begin_seeding();
  roots.spawn("fetch what a live candle stands on", keep_seeding(shared_self.lock(), what, ++what->seeding));
}

async::awaitable<void> live_market::work::keep_seeding(shared self, shared_topic what, std::uint64_t number) {
  for (int attempt = 0;; ++attempt) {
    candle_request all{.of = what->told.of(), .from = std::nullopt, .to = std::nullopt};
    all.limit = shown;
    all.lead_in = what->told.lead_in();
    const auto answer = co_await fetched(self, std::move(all));
    if (what->seeding != number) co_return;
    if (self->try_to_finish(what, answer)) co_return;
    const auto time = self->settings.retry * (1 << std::min(attempt, most_doublings));
    co_await sleep(self->loop, time);
    if (what->seeding != number) co_return;
  }
}

// As candles() answers; a fault is an answer, too, after which it is tried again.
async::awaitable<base::result<candle_answer>> live_market::work::fetched(shared self, candle_request what) {
  base::error why{base::errc::internal, "", "", ""};
  try {
    co_return co_await self->candles.candles(std::move(what));
  } catch (const boost::system::system_error& broken) {
    if (broken.code() == boost::asio::error::operation_aborted) throw;
    why.internal_detail = broken.what();
  } catch (const std::exception& broken) {
    why.internal_detail = broken.what();
  }
  base::log(base::log_level::error, "what a live candle stands on could not be fetched",
            {{"what", why.internal_detail}});
  co_return why;
}

bool live_market::work::try_to_finish(const shared_topic& what, const base::result<candle_answer>& all) {
  if (!all || all->is_stale) return false;
  try {
    finish_seeding(what, *all);
    return true;
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a live candle could not be begun", {{"what", broken.what()}});
    what->told.begin_seeding();
    return false;
  }
}

void live_market::work::finish_seeding(const shared_topic& what, const candle_answer& all) {
  const auto found = streams.find(what->told.of());
  if (found == streams.end()) return;
  const auto now = clock.now();
  if (found->second.now == standing::live) {
    if (std::exchange(what->has_gap, false)) what->told.tell_status("gap_filled", now);
    what->told.tell_status("live", now);
  }
  what->told.seed(all, now);
}

async::awaitable<void> live_market::work::keep_pace(shared self) {
  while (!self->streams.empty()) {
    co_await sleep(self->loop, self->settings.pace);
    try {
      self->flush();
      self->close_left();
    } catch (const std::exception& broken) {
      base::log(base::log_level::error, "growing candles could not be told", {{"what", broken.what()}});
    }
  }
  self->is_pacing = false;
}

void live_market::work::flush() {
  const auto now = clock.now();
  for (const auto& [of, in] : streams)
    for (const auto& one : in.topics)
      if (one->told.is_late()) (void)one->told.flush(now, settings.pace);
}

void live_market::work::close_left() {
  const auto now = clock.now();
  std::vector<shared_topic> over;
  for (const auto& [of, in] : streams)
    for (const auto& one : in.topics) {
      if (one->told.is_watched()) {
        one->left_at.reset();
      } else if (!one->left_at) {
        one->left_at = now;
      } else if (now - *one->left_at >= settings.linger) {
        over.push_back(one);
      }
    }
  for (const auto& one : over)
    close(one);
}

void live_market::work::close(const shared_topic& what) {
  {
    const std::scoped_lock lock(mutex);
    if (what->told.is_watched()) return;
    topics.erase(what->key);
  }
  ++what->seeding;
  const auto found = streams.find(what->told.of());
  std::erase(found->second.topics, what);
  if (!found->second.topics.empty()) return;
  streams.erase(found);
  --stream_count;
  exchange.drop(what->told.of());
  candles.live_broke(what->told.of());
}

async::awaitable<void> live_market::work::end(shared self) {
  self->roots.cancel_all();
  const bool is_drained = co_await self->roots.drain(time_to_die);
  if (!is_drained) base::log(base::log_level::error, "live candles do not end");
}

// What the exchange says of a series that is still wanted, in its order.
template <class Act>
void live_market::work::on_loop(const series& of, Act act) {
  auto task = [self = shared_self.lock(), of, act = std::move(act)] {
    if (!self || self->is_stopped) return;
    const auto found = self->streams.find(of);
    if (found != self->streams.end()) act(*self, of, found->second);
  };
  boost::asio::dispatch(loop, std::move(task));
}

live_market::live_market(boost::asio::io_context& loop, live_source& exchange, market_service& candles,
                         const base::clock& clock, live_settings settings)
    : work_(std::make_shared<work>(loop, exchange, candles, clock, settings)) {
  work_->shared_self = work_;
  exchange.set_listener(*this);
}

live_market::~live_market() {
  stop();
}

void live_market::stop() {
  if (work_->is_stopped.exchange(true)) return;
  {
    const std::scoped_lock lock(work_->mutex);
    for (const auto& [who, places] : work_->seats)
      for (const auto& [of, what] : places)
        what->told.exit(*who);
    work_->seats.clear();
  }
  if (work_->loop.stopped()) return;
  boost::asio::co_spawn(work_->loop.get_executor(), work::end(work_), boost::asio::use_future).get();
}

base::result<void> live_market::watch(const series& of, std::vector<watched_indicator> with,
                                      std::shared_ptr<market_listener> who) {
  put_into_order(with);
  const auto key = key_of(of, with);
  const std::scoped_lock lock(work_->mutex);
  if (work_->is_stopped) return base::error{base::errc::unavailable, "", "", "live candles have ended"};
  auto found = work_->topics.find(key);
  if (found == work_->topics.end()) {
    if (work_->topics.size() >= work_->settings.most_topics)
      return base::error{base::errc::overloaded, "", "", "too many series are watched"};
    found = work_->topics.emplace(key, std::make_shared<work::topic>(key, of, std::move(with))).first;
    boost::asio::post(work_->loop, [self = work_, what = found->second] { self->open(what); });
  }
  auto& place = work_->seats[who.get()][of];
  if (place && place != found->second) place->told.exit(*who);
  place = found->second;
  place->told.enter(std::move(who));
  return {};
}

void live_market::unwatch(const series& of, const market_listener& who) {
  const std::scoped_lock lock(work_->mutex);
  const auto places = work_->seats.find(&who);
  if (places == work_->seats.end()) return;
  const auto found = places->second.find(of);
  if (found == places->second.end()) return;
  found->second->told.exit(who);
  places->second.erase(found);
  if (places->second.empty()) work_->seats.erase(places);
}

void live_market::leave(const market_listener& who) {
  const std::scoped_lock lock(work_->mutex);
  const auto places = work_->seats.find(&who);
  if (places == work_->seats.end()) return;
  for (const auto& [of, what] : places->second)
    what->told.exit(who);
  work_->seats.erase(places);
}

std::size_t live_market::series_count() const {
  return work_->stream_count;
}

std::size_t live_market::topic_count() const {
  const std::scoped_lock lock(work_->mutex);
  return work_->topics.size();
}

std::size_t live_market::listener_count() const {
  const std::scoped_lock lock(work_->mutex);
  return work_->seats.size();
}

void live_market::heard(const series& of, std::span<const candle> latest) {
  auto act = [rows = std::vector<candle>(latest.begin(), latest.end())](work& self, const series& which,
                                                                        work::stream& in) {
    self.candles.live_heard(which, rows);
    for (const auto& one : in.topics)
      one->told.heard(rows, self.clock.now(), self.settings.pace);
  };
  work_->on_loop(of, std::move(act));
}

void live_market::began(const series& of) {
  work_->on_loop(of, [](work& self, const series& which, work::stream& in) {
    in.now = work::standing::live;
    // What was heard before may not join what comes.
    self.candles.live_broke(which);
    for (const auto& one : in.topics)
      self.seed(one);
  });
}

void live_market::broke(const series& of) {
  work_->on_loop(of, [](work& self, const series& which, work::stream& in) {
    in.now = work::standing::away;
    self.candles.live_broke(which);
    for (const auto& one : in.topics) {
      (void)one->told.flush(self.clock.now(), std::chrono::milliseconds(0));
      ++one->seeding;
      one->has_gap = true;
      one->told.begin_seeding();
      one->told.tell_status("away", self.clock.now());
    }
  });
}

void live_market::refused(const series& of) {
  work_->on_loop(of, [](work& self, const series& which, work::stream& in) {
    in.now = work::standing::refused;
    self.candles.live_broke(which);
    for (const auto& one : in.topics) {
      ++one->seeding;
      one->told.tell_status("refused", self.clock.now());
    }
  });
}

}  // namespace kontor::market
