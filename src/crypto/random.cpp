#include "crypto/random.hpp"

#include "crypto/failure.hpp"

#include <openssl/rand.h>

namespace kontor::crypto {

void fill_random(std::span<std::uint8_t> out) {
  // The generator counts in int; nobody asks for more than some bytes.
  if (out.size() > INT_MAX) throw crypto_failure("too many random bytes at once");
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) throw_openssl_failure("RAND_bytes");
}

}  // namespace kontor::crypto
