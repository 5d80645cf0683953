#include "crypto/failure.hpp"

#include <openssl/err.h>

#include <array>
#include <string>

namespace kontor::crypto {

void throw_openssl_failure(const char* what) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  std::array<char, 256> reason{};
  if (code != 0) ERR_error_string_n(code, reason.data(), reason.size());
  throw crypto_failure(std::string(what) + ": " + (code != 0 ? reason.data() : "no reason given"));
}

}  // namespace kontor::crypto
