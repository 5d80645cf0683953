// The statements on the counters of failed sign-ins, for one transaction. They say in SQL what login_throttle.hpp says
// in C++; a test walks both at random and compares.
#pragma once

#include "sql/session.hpp"
#include "throttle/login_throttle.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::throttle::statements {

/// Counts an attempt as a failure in one conditional statement: of any number of parallel attempts only those that need
/// not wait are counted. False when this one has to wait; then nothing changed.
bool count_attempt(sql::session& in, std::string_view key, const counter_rules& rules, base::timestamp now);

/// A counter without failures when there is none.
counter find_counter(sql::session& in, std::string_view key);

/// A success: the series of failures is over.
void reset(sql::session& in, std::string_view key);

/// Takes the attempt that was counted at `counted_at` back; see throttle::give_back.
void give_back(sql::session& in, std::string_view key, base::timestamp counted_at);

/// Removes counters whose last failure was at `before` or earlier, the oldest first, `most` at most; returns how many.
std::int64_t remove_old(sql::session& in, base::timestamp before, std::int64_t most);

}  // namespace kontor::throttle::statements
