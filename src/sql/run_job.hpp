// One try of a job on a session: what it answered, or why it could not.
#pragma once

#include "sql/database.hpp"
#include "sql/soci_session.hpp"

#include <exception>
#include <optional>

namespace kontor::sql {

/// What became of one try. The transaction around it is the caller's.
struct attempt {
  bool keep = false;  ///< The job succeeded: its changes are to be committed.
  std::exception_ptr
      breakage;  ///< The job threw, or a statement failed and the job said nothing; otherwise it has an answer.
  std::optional<sql_error> failed;  ///< The statement that failed, whatever the job made of it.
};

/// Runs the job. A job that goes on after a failed statement and answers with success has not succeeded: PostgreSQL
/// would roll back at its commit without an error, and SQLite would keep the half that worked.
attempt try_job(detail::job& job, soci_session& on) noexcept;

/// Gives the caller what `breakage` means: an error when it is one a client can meet, the exception itself otherwise.
void fail_with(detail::job& job, const std::exception_ptr& breakage) noexcept;
void fail_with(detail::job& job, const sql_error& failed) noexcept;

}  // namespace kontor::sql
