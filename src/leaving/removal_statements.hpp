// The SQL of a deletion that reaches over the tables of all rooms. One text for SQLite and PostgreSQL; all functions
// run inside a job of sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "account/user.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::leaving::statements {

/// Texts that stand in the rows of a user and in their indexes, for sql::erasure::finish: ids and hashes, at most a few
/// hundred. What stands in no index needs none: it lies beside the id of its user.
std::vector<std::string> traces_of(sql::session& in, const account::user& person);

/// At most `limit` of those whom the audit log names and who have no account: their deletion was interrupted, or
/// somebody wrote an entry for them in its last moment.
std::vector<base::user_id> people_without_account(sql::session& in, std::int64_t limit);

}  // namespace kontor::leaving::statements
