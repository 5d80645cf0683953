// What every use of OpenSSL's EVP interface needs: owners of its objects, algorithms that are fetched once.
#pragma once

#include "crypto/failure.hpp"

#include <cstdint>
#include <span>

namespace kontor::crypto {

/// The deleter of a std::unique_ptr: `std::unique_ptr<EVP_MAC_CTX, freeing<EVP_MAC_CTX_free>>`.
template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

/// OpenSSL 3 looks an algorithm up by name each time it is not given a fetched one; these are fetched once, into a
/// static, and kept to the end. Throws crypto_failure when there is none.
template <class T>
T* fetched(T* algorithm, const char* what) {
  if (algorithm == nullptr) throw_openssl_failure(what);
  return algorithm;
}

/// Empty spans may carry a null pointer, which OpenSSL takes for "not given".
inline const std::uint8_t* data_of(std::span<const std::uint8_t> bytes) noexcept {
  static constexpr std::uint8_t nothing = 0;
  return bytes.data() != nullptr ? bytes.data() : &nothing;
}

}  // namespace kontor::crypto
