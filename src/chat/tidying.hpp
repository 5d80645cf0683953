// Bringing SQLite's index of words into a state in which nothing is left of what was deleted.
#pragma once

#include "base/error.hpp"
#include "sql/database.hpp"

#include <stop_token>

namespace kontor::chat {

/// One transaction after the other, so that others can write in between. Takes as long as it takes to write the whole
/// index anew when much was deleted. Blocks: for pools and commands. errc::unavailable when asked to stop, and errors
/// of the database; it may be called again then.
base::result<void> tidy_words(sql::database& database, const std::stop_token& stop);

}  // namespace kontor::chat
