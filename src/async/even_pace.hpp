// Answers that take the same time, whatever was found on the way.
#pragma once

#include "async/awaitable.hpp"

#include <chrono>

namespace kontor::async {

/// For answers that must not tell whether there is an account: several times what the work for them needs.
inline constexpr std::chrono::milliseconds silent_pace{25};

/// Made when a request arrives; `end` then waits until the same time has passed for everybody, so that how long an
/// answer took tells nothing about which work was done for it. Longer work than `pace` shows, so it is ample.
class even_pace {
 public:
  explicit even_pace(std::chrono::milliseconds pace) : until_(std::chrono::steady_clock::now() + pace) {}

  /// On the caller's loop, which goes on meanwhile.
  awaitable<void> end() const;

 private:
  std::chrono::steady_clock::time_point until_;
};

}  // namespace kontor::async
