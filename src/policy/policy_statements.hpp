// The SQL of the policy. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and throw
// sql::sql_error when the database fails.
#pragma once

#include "base/time.hpp"
#include "policy/policy.hpp"
#include "sql/session.hpp"

namespace kontor::policy::statements {

/// Lets no other change come between until the transaction ends: what values are together is decided by looking at all
/// of them.
void hold(sql::session& in, base::timestamp now);

/// Throws sql::failure::other for a value that this program does not understand: to go on with a default would open
/// what an administrator closed.
overrides read(sql::session& in);

/// Stores what differs from `before`. Hold it before.
void write(sql::session& in, const overrides& before, const overrides& after, base::timestamp now);

}  // namespace kontor::policy::statements
