// What every kind of database has: jobs wait in two queues, threads work them off, a watchdog looks after those who
// wait. How a job is run is the kind's own.
#pragma once

#include "metrics/counter.hpp"
#include "sql/database.hpp"
#include "sql/job_queue.hpp"
#include "sql/watchdog.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::sql {

/// The destructor of a derived class calls `stop()`: its threads use its members.
class queued_database : public database {
 public:
  database_metrics metrics() const final;
  void stop() final;

 protected:
  explicit queued_database(std::size_t queue_limit) : writes_waiting_(queue_limit), reads_waiting_(queue_limit) {}

  job_queue& waiting(access how) noexcept { return how == access::read ? reads_waiting_ : writes_waiting_; }

  /// Starts a thread for jobs of this kind; `work` returns when its queue is closed and empty.
  void start_thread(access how, std::function<void()> work);
  /// See watchdog; ends after all threads, which it may have to free from a server that hangs.
  void start_watchdog(std::function<void()> look);

  /// Answers the jobs of both queues that have waited longer.
  void refuse_overdue(std::chrono::milliseconds limit);

  struct counters {
    std::atomic<std::uint64_t> reads = 0;
    std::atomic<std::uint64_t> writes = 0;
    std::atomic<std::uint64_t> commits = 0;
    metrics::counter failed;
    metrics::gauge in_use;
  } done_;

  /// A session works on jobs, as long as this lives.
  class working {
   public:
    explicit working(counters& in) : in_(in) { in_.in_use.add(1); }
    ~working() { in_.in_use.add(-1); }
    working(const working&) = delete;
    working& operator=(const working&) = delete;

   private:
    counters& in_;
  };

  /// Counts so many jobs as failed, if it was the database that failed them.
  void count_failure(const std::exception_ptr& why, std::size_t jobs = 1) noexcept;

 private:
  void submit(access how, std::unique_ptr<job_base> job) final;
  /// Called once or more at the end of stop(), when no thread runs any more.
  virtual void close_sessions() noexcept {}

  job_queue writes_waiting_;
  job_queue reads_waiting_;
  std::mutex stopping_;
  std::atomic<std::size_t> sessions_ = 0;
  std::vector<std::thread> threads_;
  std::unique_ptr<watchdog> watchdog_;
};

}  // namespace kontor::sql
