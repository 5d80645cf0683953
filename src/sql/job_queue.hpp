// Where jobs wait for a session. Bounded: what does not fit is refused at once, so that nobody waits for nothing.
#pragma once

#include "sql/database.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace kontor::sql {

class job_queue {
 public:
  using item = std::unique_ptr<detail::job>;

  struct counts {
    std::uint64_t refused = 0;
    std::size_t waiting = 0;
    std::chrono::microseconds total_wait{0};
    std::chrono::microseconds longest_wait{0};
  };

  explicit job_queue(std::size_t limit) : limit_(limit) {}

  /// Takes the job, or answers it: errc::overloaded (come back in a second) when full, errc::unavailable after close().
  void push(item job);

  /// Waits for a job, then takes up to `most`, oldest first. Empty: closed, and nothing is left.
  std::vector<item> take(std::size_t most);

  /// Answers those that have waited longer than `limit` with errc::unavailable: their callers have waited long enough
  /// to be told.
  void refuse_overdue(std::chrono::milliseconds limit);

  /// Takes no more jobs; those that wait are still handed out.
  void close();

  counts count() const;

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<item> jobs_;
  counts counts_;
  bool closed_ = false;
};

}  // namespace kontor::sql
