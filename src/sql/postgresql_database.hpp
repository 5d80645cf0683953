// PostgreSQL: a few sessions for writing and a few for reading, each with a thread of its own, each job in its own
// transaction.
#pragma once

#include "sql/job_queue.hpp"
#include "sql/run_job.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::sql {

class postgresql_database final : public database {
 public:
  /// Connects once to see that it can. Throws sql_error.
  explicit postgresql_database(database_settings settings);
  ~postgresql_database() override;

  kind which() const noexcept override { return kind::postgresql; }
  database_metrics metrics() const override;
  void stop() override;

 private:
  /// The session of one thread, made anew when it is lost.
  struct place {
    access how;
    std::unique_ptr<soci_session> session;
    std::chrono::steady_clock::time_point
        next_try;  ///< Until then a server that could not be reached is not asked again.
  };

  void submit(access how, std::unique_ptr<job_base> job) override;

  void work(place at);
  void run_job(place& at, job_base& job) noexcept;
  soci_session& connect(place& at);

  const database_settings settings_;
  job_queue writes_waiting_;
  job_queue reads_waiting_;
  std::atomic<std::uint64_t> reads_ = 0;
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::mutex stopping_;
  std::vector<std::thread> threads_;
};

}  // namespace kontor::sql
