#include "sql/postgresql_database.hpp"

#include "base/log.hpp"
#include "sql/postgresql_connection.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace kontor::sql {
namespace {

// A server that is away is asked twice a second; in between jobs fail at once instead of waiting for the time limit of
// a connection.
constexpr auto pause_between_connects = std::chrono::milliseconds(500);

// Deadlock and serialisation failure: the loser of a race wins one of the next.
constexpr int most_attempts = 3;

// What a job may take beyond the limit of one statement, which the server keeps.
constexpr auto grace_of_job = std::chrono::seconds(1);

void undo(soci_session& on) noexcept {
  try {
    if (!on.on().is_dead()) on.on().run("ROLLBACK");
  } catch (const sql_error& failed) {
    // A connection that is found dead only now has nothing to roll back.
    if (!on.on().is_dead())
      base::log(base::log_level::error, "a transaction could not be rolled back", {{"what", failed.what()}});
  }
}

}  // namespace

postgresql_database::postgresql_database(database_settings settings)
    : queued_database(settings.queue_limit), settings_(std::move(settings)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, settings_.write_sessions); ++i)
    places_.emplace_back(access::write);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, settings_.read_sessions); ++i)
    places_.emplace_back(access::read);
  connect(places_.front());
  for (auto& at : places_)
    start_thread(at.how, [this, &at] { work(at); });
  start_watchdog([this] { look_after(); });
}

postgresql_database::~postgresql_database() {
  stop();
}

void postgresql_database::work(place& at) {
  while (true) {
    auto next = waiting(at.how).take(1);
    if (next.empty()) return;
    {
      const working now(done_);
      run_job(at, *next.front());
    }
    ++(at.how == access::read ? done_.reads : done_.writes);
  }
}

soci_session& postgresql_database::connect(place& at) {
  if (at.session) return *at.session;
  std::uint64_t reached_before = 0;
  {
    const std::lock_guard lock(server_.mutex);
    if (std::chrono::steady_clock::now() < server_.next_try)
      throw sql_error(failure::unavailable, "the database could not be reached just now");
    reached_before = server_.reached;
  }
  try {
    const auto use =
        at.how == access::read ? postgresql_connection::purpose::read : postgresql_connection::purpose::write;
    at.session = std::make_unique<soci_session>(
        std::make_unique<postgresql_connection>(settings_.url, use, settings_.statement_timeout));
  } catch (const sql_error&) {
    const std::lock_guard lock(server_.mutex);
    // Another place reached it since we began: then ours is the older news.
    if (server_.reached == reached_before) server_.next_try = std::chrono::steady_clock::now() + pause_between_connects;
    throw;
  }
  const std::lock_guard lock(server_.mutex);
  ++server_.reached;
  server_.next_try = {};
  return *at.session;
}

// A server that hangs, or whose host is gone without a word, leaves the driver waiting: the limit of a statement is
// kept by the server, so here a job has a limit too. Shutting the connection down ends the wait like any other loss of
// it.
class postgresql_database::watched_job {
 public:
  watched_job(place& at, int socket) : at_(at) {
    const std::lock_guard lock(at_.watched);
    at_.socket = socket;
    at_.since = std::chrono::steady_clock::now();
    at_.was_cut = false;
  }
  ~watched_job() {
    const std::lock_guard lock(at_.watched);
    at_.socket = -1;
  }
  watched_job(const watched_job&) = delete;
  watched_job& operator=(const watched_job&) = delete;

 private:
  place& at_;
};

void postgresql_database::look_after() {
  refuse_overdue(settings_.statement_timeout);
  const auto oldest_allowed = std::chrono::steady_clock::now() - settings_.statement_timeout - grace_of_job;
  for (auto& at : places_) {
    const std::lock_guard lock(at.watched);
    if (at.socket < 0 || at.was_cut || at.since > oldest_allowed) continue;
    (void)::shutdown(at.socket, SHUT_RDWR);
    at.was_cut = true;
    base::log(base::log_level::error, "the database did not answer in time; its connection was cut");
  }
}

// A statement that fails leaves the transaction useless, so `failed` decides before the job's own answer does: a job
// that turned a lost connection into an answer of its own is run again like any other.
void postgresql_database::run_job(place& at, job_base& job) noexcept {
  bool reconnected = false;
  for (int tries = 1;; ++tries) {
    attempt outcome;
    bool committing = false;
    try {
      auto& on = connect(at);
      const watched_job watching(at, static_cast<postgresql_connection&>(on.on()).socket());
      on.forget_failure();
      on.on().run("BEGIN");
      outcome = try_job(job, on);
      if (outcome.keep) {
        committing = true;
        on.on().run("COMMIT");
        if (at.how == access::write) ++done_.commits;
      } else {
        undo(on);
      }
    } catch (const sql_error& failed) {
      outcome.failed = failed;
      outcome.breakage = std::current_exception();
      if (at.session) undo(*at.session);
    } catch (...) {
      outcome.breakage = std::current_exception();
    }

    const bool had_session = at.session != nullptr;
    const bool dead = had_session && at.session->on().is_dead();
    // What is odd about a session (a plan that no longer fits, say) goes with it. One whose transaction has not ended
    // would give the next job a view, locks and changes that are not its own.
    const bool open = had_session && at.session->on().in_transaction();
    if (dead || open || (outcome.failed && outcome.failed->why() == failure::other)) at.session.reset();
    // A commit whose answer was lost may have happened: it is not repeated.
    // Nor is one that has used up its time.
    if (dead && !committing && !reconnected && !at.was_cut) {
      reconnected = true;
      continue;
    }
    if (!dead && outcome.failed && outcome.failed->why() == failure::busy && tries < most_attempts) continue;

    if (dead)
      done_.failed.add();
    else if (outcome.breakage)
      count_failure(outcome.breakage);
    if (dead) {
      fail_with(job, sql_error(failure::unavailable,
                               committing ? "the connection was lost during a commit" : "the connection was lost"));
    } else if (outcome.breakage) {
      fail_with(job, outcome.breakage);
    } else {
      job.answer();
    }
    return;
  }
}

}  // namespace kontor::sql
