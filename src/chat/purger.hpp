// Removes what was deleted, when its time to be brought back is over.
#pragma once

#include "async/recurring_thread.hpp"
#include "base/error.hpp"
#include "chat/run_view.hpp"
#include "sql/database.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>

namespace kontor::chat {

/// A thread of its own that looks every hour, from its start on. Several programs over one database may do so at once.
class purger {
 public:
  /// All outlive the object, or its stop().
  purger(sql::database& database, watcher& watching, const base::clock& clock)
      : database_(database), watching_(watching), clock_(clock) {}
  purger(const purger&) = delete;
  purger& operator=(const purger&) = delete;

  void start() { hourly_.start(); }
  /// Waits for the transaction in progress. Safe to call twice, and without start().
  void stop() { hourly_.stop(); }

  /// One look, for that thread and for tests: removes what is due, each conversation in a transaction of its own, and
  /// then what the index of words remembers; that also once a day, because people remove conversations for good
  /// themselves. Returns how many were removed; errors of the database, and errc::unavailable when asked to stop.
  base::result<std::size_t> purge(const std::stop_token& stop);

 private:
  base::result<std::size_t> purge_due(const std::stop_token& stop);

  sql::database& database_;
  watcher& watching_;
  const base::clock& clock_;
  std::optional<base::timestamp> tidied_at_;
  async::recurring_thread hourly_{"purger", std::chrono::hours(1), [this](const std::stop_token& stop) {
                                    const auto purged = purge(stop);
                                    return purged ? base::result<void>() : base::result<void>(purged.error());
                                  }};
};

}  // namespace kontor::chat
