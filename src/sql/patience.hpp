// Trying again while others are in the way: for what runs beside the jobs of a database.
#pragma once

#include "sql/session.hpp"

#include <chrono>
#include <thread>

namespace kontor::sql {

inline constexpr auto patience = std::chrono::seconds(30);

/// Runs `act` until it does not throw failure::busy, for half a minute; then that is thrown.
template <class Act>
void with_patience(Act&& act) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    try {
      act();
      return;
    } catch (const sql_error& failed) {
      if (failed.why() != failure::busy || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace kontor::sql
