// SQLite: one writer thread that commits all waiting jobs together, and a few readers beside it.
#pragma once

#include "sql/queued_database.hpp"
#include "sql/soci_session.hpp"

#include <memory>
#include <span>
#include <vector>

namespace kontor::sql {

class sqlite_database final : public queued_database {
 public:
  /// Opens all sessions. Throws sql_error.
  explicit sqlite_database(database_settings settings);
  ~sqlite_database() override;

  kind which() const noexcept override { return kind::sqlite; }
  bool has_spare_room() const noexcept override;

 private:
  void close_sessions() noexcept override;

  void write_all();
  void write_batch(soci_session& on, std::span<job_queue::item> batch) noexcept;
  void write_alone(soci_session& on, std::span<job_queue::item> batch) noexcept;
  void read_all(soci_session& on);
  void read_one(soci_session& on, job_base& job) noexcept;

  const database_settings settings_;
  std::unique_ptr<soci_session> writer_;
  std::vector<std::unique_ptr<soci_session>> readers_;
};

}  // namespace kontor::sql
