// The tables of this room.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::chart {

/// In the order of their numbers.
std::span<const sql::migration> migrations();

}  // namespace kontor::chart
