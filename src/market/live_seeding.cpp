// What a topic stands on: the candles before the one that grows, fetched until they are there, and again after a break
// or when something was heard wrongly.
#include "base/log.hpp"
#include "market/live_work.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace kontor::market {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

constexpr int most_doublings = 4;
// The growing candle, and the one before.
constexpr std::int64_t shown = 2;

}  // namespace

async::awaitable<void> live_market::work::sleep(std::chrono::milliseconds time) {
  timer sleeping(loop.get_executor());
  sleeping.expires_after(time);
  co_await sleeping.async_wait(async::use_awaitable);
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
    const bool is_done = co_await try_to_finish(self, what, number, answer);
    if (is_done || what->seeding != number) co_return;
    const auto time = self->settings.retry * (1 << std::min(attempt, most_doublings));
    co_await self->sleep(time);
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

async::awaitable<bool> live_market::work::try_to_finish(shared self, shared_topic what, std::uint64_t number,
                                                        const base::result<candle_answer>& all) {
  if (!all || all->is_stale) co_return false;
  try {
    auto prepared = what->told.prepare(*all);
    while (prepared.go_on()) {
      // Others on the loop have their turn.
      co_await boost::asio::post(self->loop.get_executor(), async::use_awaitable);
      if (what->seeding != number) co_return false;
    }
    self->finish_seeding(what, std::move(prepared));
    co_return true;
  } catch (const boost::system::system_error& broken) {
    if (broken.code() == boost::asio::error::operation_aborted) throw;
    base::log(base::log_level::error, "a live candle could not be begun", {{"what", broken.what()}});
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a live candle could not be begun", {{"what", broken.what()}});
  }
  what->told.begin_seeding();
  co_return false;
}

void live_market::work::finish_seeding(const shared_topic& what, warm_up prepared) {
  const auto found = streams.find(what->told.of());
  if (found == streams.end()) return;
  const auto now = clock.now();
  if (found->second.now == standing::live) {
    if (std::exchange(what->has_gap, false)) what->told.tell_status("gap_filled", now);
    what->told.tell_status("live", now);
  }
  what->told.seed(std::move(prepared), now);
}

// What was heard as finished was not: whoever watches reads it again, and the indicators are computed anew.
void live_market::work::correct(const series& of) {
  if (is_stopped) return;
  const auto found = streams.find(of);
  if (found == streams.end()) return;
  for (const auto& one : found->second.topics) {
    one->has_gap = true;
    if (found->second.now == standing::live) seed(one);
  }
}

}  // namespace kontor::market
