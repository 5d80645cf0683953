// One connection of the driver, and what differs between the databases underneath it. Used by one thread at a time. The
// statements prepared on it must be destroyed before it.
#pragma once

#include "sql/session.hpp"

#include <soci/soci.h>

#include <memory>
#include <string>

namespace kontor::sql {

class connection {
 public:
  virtual ~connection() = default;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  virtual kind which() const noexcept = 0;

  /// Runs statements without parameters, separated by `;`. Throws sql_error.
  virtual void run(const std::string& statements) = 0;

  /// A transaction is open, be it one that has failed and can only be rolled back; also when nobody can tell. Such a
  /// connection must not be used for another transaction.
  virtual bool in_transaction() const noexcept = 0;

  /// The connection is lost for good: only a new one helps.
  virtual bool is_dead() const noexcept = 0;

  /// Says what an exception of the driver means. Its text holds the values of the parameters, so it is never passed on.
  virtual sql_error translate(const soci::soci_error& what) const = 0;

  /// Throws sql_error when the statement has other parameters than `given`, which the drivers would pass over in
  /// silence.
  virtual void check_parameters(soci::statement& prepared, std::size_t given) const = 0;

  /// Columns of what the statement returned.
  virtual std::size_t columns(soci::statement& executed) const = 0;

  /// Lets go of what the statement still holds: locks, rows.
  virtual void finish(soci::statement& executed) const noexcept = 0;

  /// Can a statement that failed be executed again?
  virtual bool survives_failure() const noexcept = 0;

  soci::session& driver() noexcept { return driver_; }
  const soci::session& driver() const noexcept { return driver_; }

 protected:
  connection() = default;

 private:
  soci::session driver_;
};

}  // namespace kontor::sql
