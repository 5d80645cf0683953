#include "async/recurring_thread.hpp"

#include "base/log.hpp"

#include <pthread.h>

#include <condition_variable>
#include <exception>
#include <mutex>

namespace kontor::async {

void recurring_thread::work(const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any woken;
  while (!stop.stop_requested()) {
    std::string why;
    try {
      if (const auto done = what_(stop); !done) why = done.error().internal_detail;
    } catch (const std::exception& broken) {
      why = broken.what();
    }
    if (!why.empty() && !stop.stop_requested())
      base::log(base::log_level::warning, "what comes round could not be done yet", {{"what", name_}, {"detail", why}});
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, between_, [] { return false; });
  }
}

void recurring_thread::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    work(stop);
  });
}

void recurring_thread::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

}  // namespace kontor::async
