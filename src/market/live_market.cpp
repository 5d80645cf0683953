#include "base/log.hpp"
#include "market/live_work.hpp"
#include "market/market_statements.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <utility>

namespace kontor::market {
namespace {

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

}  // namespace

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

async::awaitable<void> live_market::work::keep_pace(shared self) {
  while (!self->streams.empty()) {
    co_await self->sleep(self->settings.pace);
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
  constexpr std::chrono::seconds time_to_die{10};
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
  candles.when_corrected([of = std::weak_ptr(work_)](const series& which) {
    if (const auto self = of.lock()) boost::asio::dispatch(self->loop, [self, which] { self->correct(which); });
  });
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
