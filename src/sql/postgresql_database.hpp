// PostgreSQL: a few sessions for writing and a few for reading, each with a thread of its own, each job in its own
// transaction.
#pragma once

#include "sql/queued_database.hpp"
#include "sql/run_job.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>

namespace kontor::sql {

class postgresql_database final : public queued_database {
 public:
  /// Connects once to see that it can. Throws sql_error.
  explicit postgresql_database(database_settings settings);
  ~postgresql_database() override;

  kind which() const noexcept override { return kind::postgresql; }

 private:
  /// The session of one thread, made anew when it is lost, and what the watchdog has to know of it.
  struct place {
    explicit place(access use) : how(use) {}

    const access how;
    std::unique_ptr<soci_session> session;

    std::mutex watched;
    int socket = -1;  ///< Of the job that runs; -1: none does.
    std::chrono::steady_clock::time_point since;
    bool was_cut = false;  ///< The job ran over its time, and the watchdog shut its connection down.
  };
  /// Whether the server can be reached, as far as all places know together: one that reached it tells the others, which
  /// would otherwise refuse jobs while the readiness check says that all is well.
  struct reachability {
    std::mutex mutex;
    std::chrono::steady_clock::time_point next_try;  ///< Until then a server that could not be reached is not asked.
    std::uint64_t reached = 0;                       ///< How often it was.
  };
  class watched_job;

  void work(place& at);
  void run_job(place& at, job_base& job) noexcept;
  soci_session& connect(place& at);
  void look_after();

  const database_settings settings_;
  reachability server_;
  std::deque<place> places_;
};

}  // namespace kontor::sql
