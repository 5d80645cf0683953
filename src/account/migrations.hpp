// The tables of accounts.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::account {

/// The steps of this room, in order. Their numbers are part of the program's one series.
std::span<const sql::migration> migrations();

}  // namespace kontor::account
