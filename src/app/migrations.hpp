// All steps of the database, of all rooms, as the one series they are.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::app {

/// In the order of their numbers, without a gap.
std::span<const sql::migration> all_migrations();

}  // namespace kontor::app
