#include "crypto/digest.hpp"

#include "crypto/openssl_owner.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace kontor::crypto {
namespace {

using mac_context = std::unique_ptr<EVP_MAC_CTX, freeing<EVP_MAC_CTX_free>>;
using kdf_context = std::unique_ptr<EVP_KDF_CTX, freeing<EVP_KDF_CTX_free>>;

// A parameter of OpenSSL is not const for historical reasons; it is only read.
OSSL_PARAM octets(const char* name, bytes value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(data_of(value)), value.size());
}
OSSL_PARAM digest_name(const char* parameter, const char* name) {
  return OSSL_PARAM_construct_utf8_string(parameter, const_cast<char*>(name), 0);
}

template <std::size_t Size>
std::array<std::uint8_t, Size> hmac(const char* digest, bytes key, bytes data) {
  static EVP_MAC* const algorithm = fetched(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "EVP_MAC_fetch");
  const mac_context context(EVP_MAC_CTX_new(algorithm));
  if (!context) throw_openssl_failure("EVP_MAC_CTX_new");

  const OSSL_PARAM parameters[] = {digest_name(OSSL_MAC_PARAM_DIGEST, digest), OSSL_PARAM_construct_end()};
  std::array<std::uint8_t, Size> out;
  std::size_t written = 0;
  if (EVP_MAC_init(context.get(), data_of(key), key.size(), parameters) != 1 ||
      EVP_MAC_update(context.get(), data_of(data), data.size()) != 1 ||
      EVP_MAC_final(context.get(), out.data(), &written, out.size()) != 1)
    throw_openssl_failure("HMAC");
  if (written != Size) throw crypto_failure("HMAC: unexpected size");
  return out;
}

}  // namespace

sha256_digest sha256(bytes data) {
  static EVP_MD* const algorithm = fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr), "EVP_MD_fetch");
  sha256_digest out;
  unsigned written = 0;
  if (EVP_Digest(data_of(data), data.size(), out.data(), &written, algorithm, nullptr) != 1)
    throw_openssl_failure("SHA-256");
  if (written != out.size()) throw crypto_failure("SHA-256: unexpected size");
  return out;
}

sha256_digest hmac_sha256(bytes key, bytes data) {
  return hmac<32>("SHA256", key, data);
}
sha384_digest hmac_sha384(bytes key, bytes data) {
  return hmac<48>("SHA384", key, data);
}

base::secret_bytes hkdf_sha256(bytes key, bytes salt, bytes info, std::size_t length) {
  if (length == 0 || length > 255 * sizeof(sha256_digest))
    throw std::invalid_argument("HKDF-SHA-256 gives 1 to 8160 bytes, not " + std::to_string(length));

  static EVP_KDF* const algorithm = fetched(EVP_KDF_fetch(nullptr, "HKDF", nullptr), "EVP_KDF_fetch");
  const kdf_context context(EVP_KDF_CTX_new(algorithm));
  if (!context) throw_openssl_failure("EVP_KDF_CTX_new");

  const OSSL_PARAM parameters[] = {digest_name(OSSL_KDF_PARAM_DIGEST, "SHA256"), octets(OSSL_KDF_PARAM_KEY, key),
                                   octets(OSSL_KDF_PARAM_SALT, salt), octets(OSSL_KDF_PARAM_INFO, info),
                                   OSSL_PARAM_construct_end()};
  std::vector<std::uint8_t> out(length);
  if (EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) != 1) throw_openssl_failure("HKDF");
  return base::secret_bytes(std::move(out));
}

bool equal_in_constant_time(bytes a, bytes b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(data_of(a), data_of(b), a.size()) == 0;
}

}  // namespace kontor::crypto
