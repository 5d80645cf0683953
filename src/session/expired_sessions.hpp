// Sessions that are over by themselves leave a row behind: their device and their address. Kept no longer than needed.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <stop_token>

namespace kontor::session {

/// Removes them, some at a time, each time in a transaction of its own; returns how many. Errors of the database;
/// errc::unavailable when asked to stop. Blocks the calling thread.
base::result<std::int64_t> remove_expired_sessions(sql::database& from, const base::clock& clock,
                                                   const std::stop_token& stop, std::int64_t at_once = 500);

}  // namespace kontor::session
