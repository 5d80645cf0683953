// What a candle_fetcher does in between: it ends waiting that takes too long, has what was heard live checked, notes
// what is read, and removes what is not.
#include "base/log.hpp"
#include "market/candle_fetcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <string>
#include <utility>

namespace kontor::market {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

constexpr std::chrono::milliseconds between_looks{100};
constexpr std::chrono::hours between_notes{6};
constexpr std::chrono::hours between_purges{6};

base::error too_late() {
  return {base::errc::unavailable, "exchange-unreachable", "", "not all candles came in time"};
}

async::awaitable<void> sleep(boost::asio::io_context& loop, std::chrono::milliseconds time) {
  timer sleeping(loop.get_executor());
  sleeping.expires_after(time);
  co_await sleeping.async_wait(async::use_awaitable);
}

}  // namespace

// Whoever waited long enough has what is there.
void candle_fetcher::expire() {
  if (waiting_ == 0) return;
  std::vector<answer_of> answers;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    const auto then = steady::now();
    for (const auto& [of, on] : entries_)
      for (auto& one : on->wants) {
        if (!one.who || one.rules.deadline > then) continue;
        coverage known;
        auto state = held_for(*on, one, now, known);
        state.is_complete = missing(*on, known, one, now).empty();
        state.why = too_late();
        answers.push_back({.who = std::move(*one.who), .what = std::move(state)});
        one.who.reset();
        --waiting_;
      }
  }
  for (auto& one : answers)
    one.who.complete(std::move(one.what));
}

async::awaitable<void> candle_fetcher::keep_time(shared self) {
  while (true) {
    co_await sleep(self->loop_, between_looks);
    self->expire();
  }
}

async::awaitable<void> candle_fetcher::note_read() {
  std::vector<series> read;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [of, on] : entries_) {
      if (on->read_at - on->noted_at < between_notes) continue;
      on->noted_at = on->read_at;
      read.push_back(of);
    }
  }
  if (!read.empty()) (void)co_await store_.note_read(std::move(read));
}

async::awaitable<void> candle_fetcher::keep_storing(shared self) {
  std::optional<base::timestamp> purged_at;
  while (true) {
    co_await sleep(self->loop_, self->settings_.store_every);
    try {
      co_await self->check_all_heard();
      co_await self->note_read();
      const auto now = self->clock_.now();
      if (purged_at && now - *purged_at < between_purges) continue;
      purged_at = now;
      const auto purged = co_await self->store_.purge_unread(now - self->settings_.keep_unread);
      if (!purged)
        base::log(base::log_level::warning, "old candles could not be removed yet",
                  {{"detail", purged.error().internal_detail}});
    } catch (const std::exception& broken) {
      const auto* const system = dynamic_cast<const boost::system::system_error*>(&broken);
      if (system != nullptr && system->code() == boost::asio::error::operation_aborted) throw;
      base::log(base::log_level::error, "candles could not be kept", {{"what", broken.what()}});
    }
  }
}

void candle_fetcher::start() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(is_started_, true)) return;
  }
  boost::asio::post(loop_, [self = shared_from_this()] {
    self->roots_.spawn("keep the time of who waits for candles", keep_time(self));
    self->roots_.spawn("check and store candles that were heard", keep_storing(self));
  });
}

async::awaitable<void> candle_fetcher::finish(shared self) {
  self->roots_.cancel_all();
  constexpr std::chrono::seconds time_to_die{10};
  const bool is_drained = co_await self->roots_.drain(time_to_die);
  if (!is_drained) base::log(base::log_level::error, "questions for candles do not end");
}

void candle_fetcher::stop() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(is_stopped_, true)) return;
  }
  turns_.abandon();
  if (loop_.stopped()) return;
  try {
    boost::asio::co_spawn(loop_.get_executor(), finish(shared_from_this()), boost::asio::use_future).get();
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "questions for candles could not be ended", {{"what", broken.what()}});
  }
  std::vector<shared_entry> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [of, on] : entries_)
      all.push_back(on);
  }
  for (const auto& on : all)
    fail_all(*on, {base::errc::unavailable, "", "", "the market has ended"}, true);
}

}  // namespace kontor::market
