// Threads for work that blocks or computes for long: hashing, reading a database. Bounded: a full queue refuses at
// once.
#pragma once

#include "async/completion.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace kontor::async {

enum class thread_priority {
  normal,
  background,  ///< Steps back behind other threads (a nice value of 15 more), so that a storm of it costs the loops
               ///< little.
};

struct pool_settings {
  std::string name;  ///< For logs and metrics; at most 15 bytes are shown by the system.
  std::size_t threads = 1;
  std::size_t queue_limit = 1024;  ///< Jobs that may wait; the next one is refused with errc::overloaded.
  thread_priority priority = thread_priority::normal;
};

struct pool_metrics {
  std::uint64_t begun = 0;  ///< Whoever has an answer finds its job among them.
  std::uint64_t refused = 0;
  std::size_t waiting = 0;
  std::chrono::microseconds total_wait{0};  ///< Time that those spent in the queue.
  std::chrono::microseconds longest_wait{0};
};

class blocking_pool {
 public:
  explicit blocking_pool(pool_settings settings);
  /// Runs what is queued, then joins.
  ~blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;

  /// Runs `job` on a pool thread and resumes on the caller's loop. The job owns all it uses: the caller's locals may be
  /// gone. Returns what the job returns (a `T` or a `result<T>`); errc::overloaded when the queue is full,
  /// errc::unavailable after stop(). An exception of the job is thrown here, and costs the pool nothing: its thread
  /// goes on.
  template <class Job>
  auto run(Job job) -> awaitable<base::result<detail::unwrap_result_of<std::invoke_result_t<Job&>>>>;

  /// Takes no more jobs, runs those that are queued, joins the threads. Safe to call twice.
  void stop();

  /// The same, but jobs that have not begun are answered with errc::unavailable: for the end, when nobody waits for
  /// them any more.
  void abandon();

  pool_metrics metrics() const;
  const pool_settings& settings() const noexcept { return settings_; }

 private:
  struct task_base {
    virtual ~task_base() = default;
    virtual void run() noexcept = 0;
    virtual void refuse(base::error why) = 0;
    std::chrono::steady_clock::time_point queued_at = std::chrono::steady_clock::now();
  };
  template <class T, class Job>
  struct task;

  void enqueue(std::unique_ptr<task_base> next);
  void work();

  const pool_settings settings_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::unique_ptr<task_base>> queue_;
  pool_metrics metrics_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

template <class T, class Job>
struct blocking_pool::task final : task_base {
  task(Job j, completion<T> d) : job(std::move(j)), done(std::move(d)) {}
  void run() noexcept override {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Job&>>) {
        job();
        done.complete(base::result<void>());
      } else {
        done.complete(job());
      }
    } catch (...) {
      done.fail(std::current_exception());
    }
  }
  void refuse(base::error why) override { done.complete(std::move(why)); }
  Job job;
  completion<T> done;
};

template <class Job>
auto blocking_pool::run(Job job) -> awaitable<base::result<detail::unwrap_result_of<std::invoke_result_t<Job&>>>> {
  using value = detail::unwrap_result_of<std::invoke_result_t<Job&>>;
  auto start = [this, &job](completion<value> done) {
    try {
      enqueue(std::make_unique<task<value, Job>>(std::move(job), std::move(done)));
    } catch (...) {
      // Thrown on, it would meet a coroutine that waits already. A task that was made has answered when it was dropped.
      if (done) done.fail(std::current_exception());
    }
  };
  co_return co_await wait_for<value>(std::move(start));
}

}  // namespace kontor::async
