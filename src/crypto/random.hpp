// Randomness from OpenSSL's generator.
#pragma once

#include "base/id.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace kontor::crypto {

/// Fills with random bytes; throws crypto_failure when the generator cannot.
void fill_random(std::span<std::uint8_t> out);

template <std::size_t Size>
std::array<std::uint8_t, Size> random_array() {
  std::array<std::uint8_t, Size> out;
  fill_random(out);
  return out;
}

inline base::uuid random_uuid() {
  return base::uuid::from_random(random_array<16>());
}

template <class Id>
Id random_id() {
  return Id(random_uuid());
}

}  // namespace kontor::crypto
