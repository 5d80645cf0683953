// Owns every coroutine that nobody awaits. Roots take everything by value; what they start themselves they await.
#pragma once

#include "async/awaitable.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <string>

namespace kontor::async {

/// The roots of one loop. All calls but the counters are made on that loop.
class task_group {
 public:
  explicit task_group(boost::asio::io_context& loop);
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  /// Starts a root. An exception that leaves it is logged with its name and counted. `name` must outlive the group: a
  /// literal.
  void spawn(const char* name, awaitable<void> root);

  /// Asks every root to end: what it awaits fails with operation_aborted.
  void cancel_all();

  /// Waits until no root is left, at most `limit`; true when none is left.
  awaitable<bool> drain(std::chrono::steady_clock::duration limit);

  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }

 private:
  struct root {
    const char* name;
    boost::asio::cancellation_signal cancel;
  };

  boost::asio::io_context& loop_;
  std::list<root> roots_;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    executor>
      emptied_;
};

}  // namespace kontor::async
