// Which of many sessions still let somebody in: for what stays open as long as its session does.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "sql/session.hpp"

#include <span>
#include <vector>

namespace kontor::session::statements {

/// Those of `asked` that are over: ended, expired, of an account that is not active any more or has another epoch, or
/// opened without the second factor that the account has. One statement for every 50.
std::vector<base::session_id> find_over(sql::session& in, std::span<const base::session_id> asked, base::timestamp now);

}  // namespace kontor::session::statements
