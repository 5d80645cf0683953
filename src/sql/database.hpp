// The database as the rest of the program sees it: `read` and `write` take a job, run it on a pool thread inside a
// transaction, and resume the caller with its answer.
#pragma once

#include "async/completion.hpp"
#include "sql/session.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

namespace kontor::sql {

struct database_settings {
  std::string url;                    ///< postgresql://…; empty: SQLite.
  std::filesystem::path sqlite_file;  ///< Used when `url` is empty; notes of deletions stand beside it in any case.
  std::size_t read_sessions = 2;
  std::size_t write_sessions = 2;  ///< PostgreSQL only: SQLite has one writer.
  std::size_t queue_limit = 4096;  ///< Jobs that may wait, per kind; the next one gets errc::overloaded.
  std::chrono::milliseconds statement_timeout{
      5000};  ///< How long a statement may wait for a lock; on PostgreSQL, run at all.
};

struct database_metrics {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t commits = 0;  ///< SQLite: one commit carries many writes.
  std::uint64_t refused = 0;
  std::size_t waiting = 0;
  std::chrono::microseconds total_wait{0};  ///< Time that jobs spent in the queues.
  std::chrono::microseconds longest_wait{0};
  std::size_t sessions = 0;  ///< Threads with a connection each (or the wish for one).
  std::size_t in_use = 0;    ///< Of those, the ones that work on a job now.
  /// Jobs that the database failed: it was away, locked for too long, full or damaged. Not what a rule of a table
  /// refused, which is an answer, nor what a job found wrong itself.
  std::uint64_t failed = 0;
};

/// A job of type T: `T job(session&)` or `result<T> job(session&)`. It owns all it uses.
template <class Job>
using job_value = async::detail::unwrap_result_of<std::invoke_result_t<Job&, session&>>;

namespace detail {

/// One job in the queue. `run` may be called more than once; then exactly one of `answer` or `fail`.
class job {
 public:
  virtual ~job() = default;
  /// Runs the job; false when it answered with an error, so that its changes must be undone. Throws what the job
  /// throws.
  virtual bool run(session& in) = 0;
  /// What it did is durable (or it only read, or it answered with an error): gives the answer to the caller.
  virtual void answer() noexcept = 0;
  /// It did not happen, or nobody can tell whether it did.
  virtual void fail(base::error why) noexcept = 0;
  virtual void fail(std::exception_ptr breakage) noexcept = 0;

  std::chrono::steady_clock::time_point queued_at = std::chrono::steady_clock::now();
};

template <class T>
class answering_job;

}  // namespace detail

/// Safe to call from every thread. Jobs run on the threads of the database; a job that calls `read_now` or `write_now`
/// would wait for itself.
class database {
 public:
  virtual ~database() = default;
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  /// Runs a job that only reads, in a read-only transaction, with a consistent view.
  template <class Job>
  async::awaitable<base::result<job_value<Job>>> read(Job job) {
    return run(access::read, make_job(std::move(job)));
  }

  /// Runs a job that writes. When the answer is success the job's changes are durable; when the job returns an error or
  /// throws, none of them happened. On SQLite all waiting jobs share one commit, each under a savepoint of its own, so
  /// that one that fails leaves the others alone; nobody is answered before the commit, and when it fails for what one
  /// of them did, each is tried alone. A job may run a second time (also after a deadlock or a lost connection): it
  /// must not have effects outside its session, nor use up what it owns. errc::unavailable after a connection was lost
  /// during the commit itself means: nobody knows.
  template <class Job>
  async::awaitable<base::result<job_value<Job>>> write(Job job) {
    return run(access::write, make_job(std::move(job)));
  }

  /// The same without a loop, for commands and tests: blocks the calling thread.
  template <class Job>
  base::result<job_value<Job>> read_now(Job job) {
    return run_now(access::read, make_job(std::move(job)));
  }
  template <class Job>
  base::result<job_value<Job>> write_now(Job job) {
    return run_now(access::write, make_job(std::move(job)));
  }

  virtual kind which() const noexcept = 0;
  virtual database_metrics metrics() const = 0;

  /// False: the disk is nearly full (spare_room.hpp), and what can be done without should be answered with no_room().
  /// True where nobody knows.
  virtual bool has_spare_room() const noexcept { return true; }

  /// Finishes queued jobs, closes the sessions, joins the threads. Safe to call twice.
  virtual void stop() = 0;

 protected:
  database() = default;
  enum class access { read, write };
  using job_base = detail::job;

  /// Queues the job, or answers it at once: errc::overloaded when the queue is full, errc::unavailable after stop().
  virtual void submit(access how, std::unique_ptr<job_base> job) = 0;

 private:
  template <class Job>
  static std::unique_ptr<detail::answering_job<job_value<Job>>> make_job(Job job);
  template <class T>
  async::awaitable<base::result<T>> run(access how, std::unique_ptr<detail::answering_job<T>> job);
  template <class T>
  base::result<T> run_now(access how, std::unique_ptr<detail::answering_job<T>> job);
};

/// errc::storage_full.
base::error no_room();

/// Opens the database; throws std::runtime_error with a sentence for the operator when it cannot.
std::unique_ptr<database> open_database(const database_settings& settings);

}  // namespace kontor::sql

#include "sql/database_jobs.hpp"
