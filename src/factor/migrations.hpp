// The tables of second factors.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::factor {

/// The steps of this room, in order. Their numbers are part of the program's one series; they need the table `users`.
std::span<const sql::migration> migrations();

}  // namespace kontor::factor
