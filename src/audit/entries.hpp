// Reading the log: a user's own timeline, and what administrators look for. Newest first, in pages.
// All functions run inside a job of sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "audit/event.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace kontor::audit {

/// One entry as people see it.
struct entry {
  std::int64_t number = 0;  ///< Ascending without gaps; the cursor of a page.
  base::timestamp at;
  std::string action;  ///< As in action_names.
  audit::result outcome = audit::result::ok;
  std::optional<base::user_id> owner;
  bool owner_erased = false;  ///< There may have been an owner and a detail: an account was deleted.
  std::optional<base::user_id> actor;
  bool actor_erased = false;  ///< As above, for the actor, the address and the request id.
  std::string detail;         ///< A JSON object as text, or empty.
  std::string address;
  std::string request_id;
};

/// The `before` of the first page.
inline constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();

/// At most `limit` entries of this owner whose numbers are below `before`. Where somebody else acted (an
/// administrator), the address and the request id are left out: those are theirs.
std::vector<entry> timeline(sql::session& in, const base::user_id& owner, std::int64_t before, std::int64_t limit);

/// What is given must all be so.
struct filter {
  std::optional<audit::action> action;
  std::optional<base::user_id> actor;
  std::optional<base::user_id> owner;
  std::optional<base::timestamp> from;  ///< The first moment that counts.
  std::optional<base::timestamp> to;    ///< The first that does not.
};

/// At most `limit` entries of everybody whose numbers are below `before`; for administrators only.
std::vector<entry> all(sql::session& in, const filter& wanted, std::int64_t before, std::int64_t limit);

/// How many entries there are.
std::int64_t count(sql::session& in);

}  // namespace kontor::audit
