// The whole log, as administrators look through it: what was done by whom, with the addresses that accounts have now.
#pragma once

#include "async/awaitable.hpp"
#include "audit/entries.hpp"
#include "sql/database.hpp"

#include <map>
#include <string>
#include <vector>

namespace kontor::admin {

struct audit_page {
  std::vector<audit::entry> entries;            ///< Newest first.
  std::map<base::user_id, std::string> emails;  ///< Of the people in it whose accounts are still there.
};

/// Runs on any loop. Calls may fail with errc::unavailable or errc::overloaded.
class audit_view {
 public:
  explicit audit_view(sql::database& database) : database_(database) {}

  /// See audit::all.
  async::awaitable<base::result<audit_page>> page(audit::filter wanted, std::int64_t before, std::int64_t limit);

 private:
  sql::database& database_;
};

}  // namespace kontor::admin
