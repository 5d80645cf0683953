#include "sql/run_job.hpp"

#include "sql/failures.hpp"

namespace kontor::sql {

attempt try_job(detail::job& job, soci_session& on) noexcept {
  attempt outcome;
  on.forget_failure();
  try {
    outcome.keep = job.run(on);
  } catch (...) {
    outcome.breakage = std::current_exception();
  }
  outcome.failed = on.failed();
  on.forget_failure();
  if (outcome.keep && outcome.failed) {
    outcome.keep = false;
    outcome.breakage = std::make_exception_ptr(*outcome.failed);
  }
  return outcome;
}

void fail_with(detail::job& job, const std::exception_ptr& breakage) noexcept {
  try {
    std::rethrow_exception(breakage);
  } catch (const sql_error& failed) {
    fail_with(job, failed);
  } catch (...) {
    job.fail(breakage);
  }
}

void fail_with(detail::job& job, const sql_error& failed) noexcept {
  std::optional<base::error> known;
  try {
    known = to_error(failed);
  } catch (...) {
    job.fail(std::current_exception());
    return;
  }
  if (known) {
    job.fail(std::move(*known));
  } else {
    job.fail(std::make_exception_ptr(failed));
  }
}

}  // namespace kontor::sql
