// Work that comes round: at the start, and then again after a while.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace kontor::async {

/// A thread of its own. What fails is logged, and tried again the next time.
class recurring_thread {
 public:
  /// Returns soon when it is asked to stop.
  using act = std::function<base::result<void>(const std::stop_token&)>;

  /// `name` for the system and the log; at most 15 bytes are shown by the system.
  recurring_thread(std::string name, std::chrono::milliseconds between, act what)
      : name_(std::move(name)), between_(between), what_(std::move(what)) {}
  ~recurring_thread() { stop(); }
  recurring_thread(const recurring_thread&) = delete;
  recurring_thread& operator=(const recurring_thread&) = delete;

  void start();
  /// Waits for what is in progress. Safe to call twice, and without start().
  void stop();

 private:
  void work(const std::stop_token& stop) const;

  const std::string name_;
  const std::chrono::milliseconds between_;
  const act what_;
  std::jthread thread_;
};

}  // namespace kontor::async
