// Waiting of one thread for another, for tests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace kontor::outbound {

/// A moment that one thread reaches and another waits for.
class moment {
 public:
  void reach() {
    const std::lock_guard lock(mutex_);
    reached_ = true;
    changed_.notify_all();
  }
  /// False: it was not reached in time.
  bool wait(std::chrono::milliseconds most = std::chrono::seconds(60)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return reached_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
};

}  // namespace kontor::outbound
