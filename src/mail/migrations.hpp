// The tables of the queue and of what may be asked for.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::mail {

/// The steps of this room, in order. Their numbers are part of the program's one series; they need the table `users`.
std::span<const sql::migration> migrations();

}  // namespace kontor::mail
