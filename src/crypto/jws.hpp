// Signed tokens: JWS compact serialisation (RFC 7515) with HS256, through cjose. One algorithm, chosen here, never by the token.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace kontor::crypto {

/// RFC 7518 section 3.2: a key of at least the hash's size.
inline constexpr std::size_t min_signing_key_size = 32;
/// Longer tokens are refused unread.
inline constexpr std::size_t max_token_size = 4096;

/// What a token of ours says in its header.
struct jws_kind {
  std::string type;  ///< `typ`, e.g. `at+jwt`; compared exactly.
};

/// One HS256 key for one kind of token. Thread-safe.
class jws_signer {
 public:
  /// Throws std::invalid_argument when the key is shorter than min_signing_key_size.
  jws_signer(const base::secret_bytes& key, jws_kind kind);
  ~jws_signer();
  jws_signer(jws_signer&&) noexcept;
  jws_signer& operator=(jws_signer&&) noexcept;

  /// header.payload.signature, base64url without padding. The header is {"alg":"HS256","typ":…}.
  std::string sign(std::string_view payload) const;

  /// The payload of a token that this key signed; errc::unauthenticated with the reason in `internal_detail` for everything else:
  /// not three non-empty base64url parts in canonical form, over max_token_size, a header that is not exactly a JSON object with
  /// `alg` HS256 and our `typ` (once each; `kid` is ignored; `crit`, `b64`, `jku`, `jwk`, `x5u`, `x5c`, `zip` and every other member
  /// are refused), a payload that is not UTF-8, a wrong signature.
  base::result<std::string> verify(std::string_view token) const;

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace kontor::crypto
