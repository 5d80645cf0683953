// The table of failed sign-ins.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::throttle {

/// The steps of this room, in order. Their numbers are part of the program's one series.
std::span<const sql::migration> migrations();

}  // namespace kontor::throttle
