// The tables of runs.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::run {

/// Steps of the program's one list; `app` joins them with those of the other rooms. They need the tables `users` and
/// `conversations`.
std::span<const sql::migration> migrations();

}  // namespace kontor::run
