#include "base/secret_bytes.hpp"

#include <cstring>
#include <utility>

namespace kontor::base {

void wipe(void* data, std::size_t size) noexcept {
  if (size != 0) explicit_bzero(data, size);
}

secret_bytes::secret_bytes(secret_bytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

secret_bytes& secret_bytes::operator=(secret_bytes&& other) noexcept {
  if (this != &other) {
    wipe(bytes_.data(), bytes_.size());
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

secret_bytes::~secret_bytes() {
  wipe(bytes_.data(), bytes_.size());
}

}  // namespace kontor::base
