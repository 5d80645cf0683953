#include "app/market_purger.hpp"

#include "base/log.hpp"

#include <pthread.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>

namespace kontor::app {
namespace {

constexpr auto between_looks = std::chrono::hours(6);

}  // namespace

void market_purger::work(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  while (true) {
    {
      std::unique_lock lock(mutex);
      woken.wait_for(lock, stop, between_looks, [] { return false; });
    }
    if (stop.stop_requested()) return;
    std::string why;
    try {
      if (const auto purged = markets_.purge_unread_since(clock_.now() - unread_candles_life); !purged)
        why = purged.error().internal_detail;
    } catch (const std::exception& broken) {
      why = broken.what();
    }
    if (!why.empty() && !stop.stop_requested())
      base::log(base::log_level::warning, "candles that nobody reads could not be removed yet", {{"detail", why}});
  }
}

void market_purger::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "market-purger");
    work(stop);
  });
}

void market_purger::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

}  // namespace kontor::app
