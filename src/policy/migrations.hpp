// The tables of this room.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::policy {

/// Steps of the program's one list; `app` joins them with those of the other rooms.
std::span<const sql::migration> migrations();

}  // namespace kontor::policy
