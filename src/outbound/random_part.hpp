// A number in [0, 1), for pauses that are not to come all at once.
#pragma once

#include "crypto/random.hpp"

namespace kontor::outbound {

inline double random_part() {
  std::uint32_t number = 0;
  for (const auto byte : crypto::random_array<4>())
    number = number << 8 | byte;
  return number / 4'294'967'296.0;
}

}  // namespace kontor::outbound
