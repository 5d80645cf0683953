#include "sql/sqlite_database.hpp"

#include "base/log.hpp"
#include "sql/run_job.hpp"
#include "sql/spare_room.hpp"
#include "sql/sqlite_connection.hpp"

#include <algorithm>
#include <limits>

namespace kontor::sql {
namespace {

// SQLite undoes the whole transaction by itself after some failures (https://www.sqlite.org/lang_transaction.html,
// section 2.3), so it has to be asked.
void undo(connection& on) noexcept {
  try {
    if (on.in_transaction()) on.run("ROLLBACK");
  } catch (const sql_error& failed) {
    base::log(base::log_level::error, "a transaction could not be rolled back", {{"what", failed.what()}});
  }
}

// Failures of a commit that one job of the batch brought on (a reference that is checked at the end, more bytes than
// fit): the others need not suffer. A disk or a lock would be the same for each of them.
bool is_of_one_job(failure why) noexcept {
  return why != failure::busy && why != failure::unavailable;
}

// The job's changes stay in the transaction, or none of them does.
attempt run_in_savepoint(soci_session& on, detail::job& job) {
  on.execute("SAVEPOINT job");
  auto outcome = try_job(job, on);
  if (!on.on().in_transaction()) return outcome;
  if (!outcome.keep) on.execute("ROLLBACK TO job");
  on.execute("RELEASE job");
  return outcome;
}

}  // namespace

sqlite_database::sqlite_database(database_settings settings)
    : queued_database(settings.queue_limit), settings_(std::move(settings)) {
  const auto open = [this](sqlite_connection::purpose use) {
    return std::make_unique<soci_session>(
        std::make_unique<sqlite_connection>(settings_.sqlite_file, use, settings_.statement_timeout));
  };
  writer_ = open(sqlite_connection::purpose::write);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, settings_.read_sessions); ++i) {
    readers_.push_back(open(sqlite_connection::purpose::read));
  }
  start_thread(access::write, [this] { write_all(); });
  for (auto& reader : readers_)
    start_thread(access::read, [this, on = reader.get()] { read_all(*on); });
  // Whoever waits behind a batch that waits for a lock must not wait for a second one.
  start_watchdog([this] { refuse_overdue(settings_.statement_timeout); });
}

sqlite_database::~sqlite_database() {
  stop();
}

bool sqlite_database::has_spare_room() const noexcept {
  return sql::has_spare_room(settings_.sqlite_file);
}

void sqlite_database::write_all() {
  while (true) {
    auto batch = waiting(access::write).take(std::numeric_limits<std::size_t>::max());
    if (batch.empty()) return;
    const working now(done_);
    write_batch(*writer_, batch);
  }
}

// Nobody is answered before COMMIT has returned: also an answer like "taken" may rest on what another job of the batch
// wrote.
void sqlite_database::write_batch(soci_session& on, std::span<job_queue::item> batch) noexcept {
  std::vector<attempt> outcomes;
  std::optional<sql_error> lost;
  std::exception_ptr breakage;
  try {
    outcomes.reserve(batch.size());
    on.forget_failure();
    on.execute("BEGIN IMMEDIATE");
    for (auto& job : batch) {
      outcomes.push_back(run_in_savepoint(on, *job));
      if (on.on().in_transaction()) continue;
      lost = outcomes.back().failed.value_or(sql_error(failure::other, "a job ended the transaction"));
      break;
    }
    if (!lost) on.execute("COMMIT");
  } catch (const sql_error& failed) {
    lost = failed;
  } catch (...) {
    breakage = std::current_exception();
  }

  if (lost || breakage) {
    undo(on.on());
    if (lost && batch.size() > 1 && is_of_one_job(lost->why())) {
      write_alone(on, batch);
      return;
    }
    count_failure(lost ? std::make_exception_ptr(*lost) : breakage, batch.size());
    for (auto& job : batch)
      lost ? fail_with(*job, *lost) : job->fail(breakage);
    return;
  }
  ++done_.commits;
  done_.writes += batch.size();
  for (const auto& each : outcomes)
    if (each.breakage) count_failure(each.breakage);
  for (std::size_t i = 0; i < batch.size(); ++i)
    outcomes[i].breakage ? fail_with(*batch[i], outcomes[i].breakage) : batch[i]->answer();
}

void sqlite_database::write_alone(soci_session& on, std::span<job_queue::item> batch) noexcept {
  for (auto& job : batch)
    write_batch(on, std::span(&job, 1));
}

void sqlite_database::read_all(soci_session& on) {
  while (true) {
    auto next = waiting(access::read).take(1);
    if (next.empty()) return;
    const working now(done_);
    read_one(on, *next.front());
  }
}

void sqlite_database::read_one(soci_session& on, job_base& job) noexcept {
  attempt outcome;
  try {
    on.forget_failure();
    on.execute("BEGIN");
    outcome = try_job(job, on);
    on.execute("COMMIT");
  } catch (...) {
    if (!outcome.breakage) outcome.breakage = std::current_exception();
  }
  undo(on.on());
  ++done_.reads;
  if (outcome.breakage) count_failure(outcome.breakage);
  outcome.breakage ? fail_with(job, outcome.breakage) : job.answer();
}

void sqlite_database::close_sessions() noexcept {
  readers_.clear();
  writer_.reset();
}

}  // namespace kontor::sql
