#include "crypto/hs256_key.hpp"

#include "crypto/failure.hpp"

#include <cjose/header.h>
#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <openssl/err.h>

#include <stdexcept>

namespace kontor::crypto {
namespace {

struct release_jws {
  void operator()(cjose_jws_t* jws) const noexcept { cjose_jws_release(jws); }
};
using jws_owner = std::unique_ptr<cjose_jws_t, release_jws>;

struct release_header {
  void operator()(cjose_header_t* header) const noexcept { cjose_header_release(header); }
};
using header_owner = std::unique_ptr<cjose_header_t, release_header>;

[[noreturn]] void throw_cjose_failure(const char* what, const cjose_err& error) {
  ERR_clear_error();
  throw crypto_failure(std::string(what) + ": " + (error.message != nullptr ? error.message : "no reason given"));
}

}  // namespace

hs256_key::hs256_key(const base::secret_bytes& key) {
  if (key.size() < min_signing_key_size)
    throw std::invalid_argument("a signing key has at least 32 bytes, not " + std::to_string(key.size()));
  cjose_err error{};
  key_.reset(cjose_jwk_create_oct_spec(key.bytes().data(), key.size(), &error));
  if (!key_) throw_cjose_failure("cjose_jwk_create_oct_spec", error);
}

std::string hs256_key::sign(const std::string& type, std::string_view payload) const {
  cjose_err error{};
  const header_owner header(cjose_header_new(&error));
  if (!header || !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, &error) ||
      !cjose_header_set(header.get(), "typ", type.c_str(), &error))
    throw_cjose_failure("cjose_header_set", error);

  const jws_owner jws(cjose_jws_sign(key_.get(), header.get(), reinterpret_cast<const std::uint8_t*>(payload.data()),
                                     payload.size(), &error));
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, &error)) throw_cjose_failure("cjose_jws_sign", error);
  return compact;
}

bool hs256_key::verify(std::string_view token) const {
  cjose_err error{};
  const jws_owner jws(cjose_jws_import(token.data(), token.size(), &error));
  return jws && cjose_jws_verify(jws.get(), key_.get(), &error);
}

void hs256_key::release::operator()(_cjose_jwk_int* key) const noexcept {
  cjose_jwk_release(key);
}

}  // namespace kontor::crypto
