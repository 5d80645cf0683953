// The tables of this room.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::settings {

std::span<const sql::migration> migrations();

}  // namespace kontor::settings
