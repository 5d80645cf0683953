// The tables of the market.
#pragma once

#include "sql/migrator.hpp"

#include <span>

namespace kontor::market {

/// Steps of the program's one list; `app` joins them with those of the other rooms. They need no table of others.
std::span<const sql::migration> migrations();

}  // namespace kontor::market
