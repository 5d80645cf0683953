// Time limits for many connections at the price of one timer: setting a deadline stores a number, and a sweep every
// tick finds those that have passed. A deadline fires at most one tick late.
#pragma once

#include "async/awaitable.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace kontor::async {

class deadline;

/// The sweep of one loop; all calls are made on that loop.
class deadline_sweeper {
 public:
  deadline_sweeper(boost::asio::io_context& loop, std::chrono::milliseconds tick);
  deadline_sweeper(const deadline_sweeper&) = delete;
  deadline_sweeper& operator=(const deadline_sweeper&) = delete;

  void start();
  void stop();

 private:
  friend class deadline;
  void sweep();

  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    executor>
      timer_;
  const std::chrono::milliseconds tick_;
  deadline* first_ = nullptr;
  deadline* next_ = nullptr;  // where the running sweep goes on; a callback may remove deadlines
  bool stopped_ = false;
};

/// One limit. Calls `on_expiry` once when it passes; then it is unset until the next `expires_after`. The callback may
/// destroy other deadlines, but not its own.
class deadline {
 public:
  deadline(deadline_sweeper& sweeper, std::function<void()> on_expiry);
  ~deadline();
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;

  void expires_after(std::chrono::steady_clock::duration limit) noexcept {
    at_ = std::chrono::steady_clock::now() + limit;
  }
  void clear() noexcept { at_ = never; }

 private:
  friend class deadline_sweeper;
  static constexpr auto never = std::chrono::steady_clock::time_point::max();

  deadline_sweeper& sweeper_;
  std::function<void()> on_expiry_;
  std::chrono::steady_clock::time_point at_ = never;
  deadline* before_ = nullptr;
  deadline* after_ = nullptr;
};

}  // namespace kontor::async
