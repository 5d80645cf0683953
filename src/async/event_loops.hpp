// N single-threaded event loops. What starts on a loop stays on it, so it needs no lock.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace kontor::async {

class event_loops {
 public:
  /// One loop per core when `count` is zero. The loops do not run yet.
  explicit event_loops(std::size_t count = 0);
  ~event_loops();
  event_loops(const event_loops&) = delete;
  event_loops& operator=(const event_loops&) = delete;

  std::size_t size() const noexcept { return loops_.size(); }
  boost::asio::io_context& at(std::size_t i) noexcept { return loops_[i]->context; }

  /// Starts one thread per loop and returns.
  void start();

  /// Asks every loop to stop at once and joins; handlers that still wait are destroyed with the loops. Safe to call
  /// twice, from outside the loops.
  void stop();

 private:
  struct loop {
    // The hint 1 lets Asio skip its own wake-ups: one thread runs the loop. Its locks stay, since other threads post to
    // it.
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };
  std::vector<std::unique_ptr<loop>> loops_;
};

}  // namespace kontor::async
