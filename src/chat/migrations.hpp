// The tables of conversations.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::chat {

/// Steps of the program's one list; `app` joins them with those of the other rooms. They need the table `users`.
std::span<const sql::migration> migrations();

}  // namespace kontor::chat
