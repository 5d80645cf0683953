// Signed tokens: JWS compact serialisation (RFC 7515) with HS256, through cjose. One algorithm, chosen here, never by
// the token.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "crypto/compact_jws.hpp"
#include "crypto/hs256_key.hpp"

#include <string>
#include <string_view>

namespace kontor::crypto {

/// What a token of ours says in its header.
struct jws_kind {
  std::string type;  ///< `typ`, e.g. `at+jwt`; compared exactly.
};

/// One HS256 key for one kind of token. Thread-safe.
class jws_signer {
 public:
  /// Throws std::invalid_argument when the key is shorter than min_signing_key_size, or when the type is empty or not
  /// printable ASCII.
  jws_signer(const base::secret_bytes& key, jws_kind kind);

  /// header.payload.signature, base64url without padding. The header is {"alg":"HS256","typ":…}. The payload is not
  /// empty, is UTF-8, and gives a token of at most max_token_size, else std::invalid_argument: what is signed can be
  /// verified.
  std::string sign(std::string_view payload) const;

  /// The payload of a token that this key signed; errc::unauthenticated with the reason in `internal_detail` for
  /// everything else: what read_compact and check_jws_header refuse, a wrong signature, a payload that is not UTF-8.
  base::result<std::string> verify(std::string_view token) const;

 private:
  hs256_key key_;
  std::string type_;
  std::string own_header_;  // as it stands in every token of ours
};

}  // namespace kontor::crypto
