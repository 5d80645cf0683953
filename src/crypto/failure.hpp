// A crypto library refused to work: a defect or a broken system, never input.
#pragma once

#include <stdexcept>

namespace kontor::crypto {

class crypto_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws crypto_failure with OpenSSL's oldest error, and empties OpenSSL's error queue.
[[noreturn]] void throw_openssl_failure(const char* what);

}  // namespace kontor::crypto
