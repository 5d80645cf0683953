// Reading the log from a loop: one read job per page.
#pragma once

#include "async/awaitable.hpp"
#include "audit/entries.hpp"
#include "base/error.hpp"
#include "sql/database.hpp"

#include <vector>

namespace kontor::audit {

/// Runs on any loop. All calls may fail with errc::unavailable or errc::overloaded.
class audit_reader {
 public:
  explicit audit_reader(sql::database& database) : database_(database) {}

  /// See audit::timeline.
  async::awaitable<base::result<std::vector<entry>>> timeline(base::user_id owner, std::int64_t before,
                                                              std::int64_t limit);

 private:
  sql::database& database_;
};

}  // namespace kontor::audit
