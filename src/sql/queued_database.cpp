#include "sql/queued_database.hpp"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <utility>

namespace kontor::sql {
namespace {

constexpr std::chrono::milliseconds pause_without_memory{10};

}  // namespace

void queued_database::submit(access how, std::unique_ptr<job_base> job) {
  waiting(how).push(std::move(job));
}

void queued_database::start_thread(access how, std::function<void()> work) {
  ++sessions_;
  threads_.emplace_back([how, work = std::move(work)] {
    pthread_setname_np(pthread_self(), how == access::write ? "db-write" : "db-read");
    while (true) {
      try {
        work();
        return;
      } catch (const std::bad_alloc&) {
        // There was no memory to take jobs over; they wait in the queue until there is.
        std::this_thread::sleep_for(pause_without_memory);
      }
    }
  });
}

void queued_database::start_watchdog(std::function<void()> look) {
  watchdog_ = std::make_unique<watchdog>(std::move(look));
}

void queued_database::refuse_overdue(std::chrono::milliseconds limit) {
  reads_waiting_.refuse_overdue(limit);
  writes_waiting_.refuse_overdue(limit);
}

database_metrics queued_database::metrics() const {
  const auto reading = reads_waiting_.count();
  const auto writing = writes_waiting_.count();
  return {.reads = done_.reads,
          .writes = done_.writes,
          .commits = done_.commits,
          .refused = reading.refused + writing.refused,
          .waiting = reading.waiting + writing.waiting,
          .total_wait = reading.total_wait + writing.total_wait,
          .longest_wait = std::max(reading.longest_wait, writing.longest_wait),
          .sessions = sessions_.load(),
          .in_use = static_cast<std::size_t>(std::max<std::int64_t>(0, done_.in_use.value())),
          .failed = done_.failed.value()};
}

void queued_database::count_failure(const std::exception_ptr& why, std::size_t jobs) noexcept {
  try {
    std::rethrow_exception(why);
  } catch (const sql_error& failed) {
    if (failed.why() != failure::conflict) done_.failed.add(jobs);
  } catch (...) {
    // A defect of the job.
  }
}

void queued_database::stop() {
  const std::lock_guard lock(stopping_);
  writes_waiting_.close();
  reads_waiting_.close();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
  // The last to go: it also frees the threads from a server that hangs.
  if (watchdog_) watchdog_->stop();
  close_sessions();
}

}  // namespace kontor::sql
