#include "sql/watchdog.hpp"

#include <pthread.h>

#include <new>
#include <utility>

namespace kontor::sql {

watchdog::watchdog(std::function<void()> look) : look_(std::move(look)), thread_([this] { run(); }) {}

watchdog::~watchdog() {
  stop();
}

void watchdog::run() {
  pthread_setname_np(pthread_self(), "db-watch");
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, watchdog_tick, [this] { return stopping_; })) {
    lock.unlock();
    try {
      look_();
    } catch (const std::bad_alloc&) {
      // It looks again soon; to end here would end the program.
    }
    lock.lock();
  }
}

void watchdog::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace kontor::sql
