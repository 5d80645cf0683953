// Looks after those who wait: the driver's calls block, and a server that hangs without closing its connections would
// hold them for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace kontor::sql {

/// How often the watchdog looks; a limit is kept to within one tick.
inline constexpr std::chrono::milliseconds watchdog_tick{250};

/// Calls `look` once a tick, on a thread of its own, until stopped. `look` does not throw.
class watchdog {
 public:
  explicit watchdog(std::function<void()> look);
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// Returns when `look` does not run and will not run again. Safe to call twice.
  void stop();

 private:
  void run();

  const std::function<void()> look_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kontor::sql
