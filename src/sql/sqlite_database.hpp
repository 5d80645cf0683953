// SQLite: one writer thread that commits all waiting jobs together, and a few readers beside it.
#pragma once

#include "sql/job_queue.hpp"
#include "sql/soci_session.hpp"
#include "sql/watchdog.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::sql {

class sqlite_database final : public database {
 public:
  /// Opens all sessions. Throws sql_error.
  explicit sqlite_database(database_settings settings);
  ~sqlite_database() override;

  kind which() const noexcept override { return kind::sqlite; }
  database_metrics metrics() const override;
  void stop() override;

 private:
  void submit(access how, std::unique_ptr<job_base> job) override;

  void write_all();
  void write_batch(soci_session& on, std::vector<job_queue::item>& batch) noexcept;
  void write_alone(soci_session& on, std::vector<job_queue::item>& batch) noexcept;
  void read_all(soci_session& on);
  void read_one(soci_session& on, job_base& job) noexcept;

  const database_settings settings_;
  job_queue writes_waiting_;
  job_queue reads_waiting_;
  std::atomic<std::uint64_t> reads_ = 0;
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::unique_ptr<soci_session> writer_;
  std::vector<std::unique_ptr<soci_session>> readers_;
  std::mutex stopping_;
  std::vector<std::thread> threads_;
  std::unique_ptr<watchdog> watchdog_;
};

}  // namespace kontor::sql
