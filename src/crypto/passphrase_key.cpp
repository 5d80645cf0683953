#include "crypto/passphrase_key.hpp"

#include "crypto/openssl_owner.hpp"

#include <openssl/evp.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace kontor::crypto {
namespace {

constexpr std::size_t longest = 1024;

constexpr bool is_within(int number, int most) noexcept {
  return number >= 1 && number <= most;
}

}  // namespace

bool is_bearable(const scrypt_cost& cost) noexcept {
  return is_within(cost.log2_n, 20) && is_within(cost.r, 16) && is_within(cost.p, 16);
}

base::secret_bytes scrypt(bytes passphrase, bytes salt, const scrypt_cost& cost, std::size_t length) {
  if (!is_bearable(cost)) throw std::invalid_argument("a cost of scrypt that is too high");
  if (length == 0 || length > longest) throw std::invalid_argument("a length that scrypt is not used with");
  const auto n = std::uint64_t{1} << cost.log2_n;
  const auto r = static_cast<std::uint64_t>(cost.r);
  const auto p = static_cast<std::uint64_t>(cost.p);
  // OpenSSL refuses more than 32 MiB unless told; it wants its blocks and a little besides.
  const auto memory = 128 * r * (n + p + 2);
  std::vector<std::uint8_t> key(length);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(data_of(passphrase)), passphrase.size(), data_of(salt), salt.size(),
                     n, r, p, memory, key.data(), key.size()) != 1)
    throw_openssl_failure("scrypt");
  return base::secret_bytes(std::move(key));
}

}  // namespace kontor::crypto
