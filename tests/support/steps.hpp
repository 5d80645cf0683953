// The migrations of several rooms as one list, numbered anew, so that a room's tests need no table of rooms they do not
// use.
#pragma once

#include "sql/migrator.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <vector>

namespace kontor::tests {

inline std::vector<sql::migration> join_steps(std::initializer_list<std::span<const sql::migration>> rooms) {
  std::vector<sql::migration> all;
  for (const auto& of_room : rooms)
    all.insert(all.end(), of_room.begin(), of_room.end());
  std::ranges::sort(all, {}, &sql::migration::number);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].number = static_cast<int>(i) + 1;
  return all;
}

}  // namespace kontor::tests
