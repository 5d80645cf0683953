// What the sessions of a database are doing, for whoever watches the program; beside database_metrics.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kontor::sql {

class database;

struct database_load {
  std::size_t sessions = 0;  ///< Threads with a connection each (or the wish for one).
  std::size_t in_use = 0;    ///< Of those, the ones that work on a job now.
  /// Jobs that the database failed: it was away, locked for too long, full or damaged. Not what a rule of a table
  /// refused, which is an answer, nor what a job found wrong itself.
  std::uint64_t failed = 0;
};

/// From any thread.
database_load load_of(const database& which);

}  // namespace kontor::sql
