// Access tokens: JWTs of the type at+jwt (RFC 9068), signed with HS256.
#pragma once

#include "account/user.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/jws.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::session {

struct access_token_settings {
  std::string issuer = "kontor";
  std::string audience = "kontor";
  std::chrono::seconds life{3600};
  std::chrono::seconds leeway{5};  ///< For clocks that differ.
};

/// What a good token says. Whether it still holds (the account, its epoch) is for `identity_table` to tell.
struct access_token_claims {
  base::user_id subject;
  base::session_id session;
  std::int64_t epoch = 0;
  base::timestamp expires_at;
};

struct read_token;
class token_cache;

/// Makes and reads access tokens. Thread-safe. A token that was good once is known by its SHA-256 from then on; of such
/// a one only the times are checked again, because nothing else about it can change.
class access_tokens {
 public:
  access_tokens(const base::secret_bytes& key, access_token_settings settings, const base::clock& clock);
  ~access_tokens();
  access_tokens(const access_tokens&) = delete;
  access_tokens& operator=(const access_tokens&) = delete;

  std::string issue(const account::user& owner, const base::session_id& session) const;

  /// errc::unauthenticated, type `invalid-token`, reason in `internal_detail`: what crypto::jws_signer refuses; a
  /// payload that is no object or has a member twice; a missing or wrongly typed `sub email is_admin iss aud iat exp
  /// jti sid epoch`; `iss` or `aud` not ours (one string: we never write an array); expired; `nbf` or `iat` in the
  /// future. Claims that we do not know are passed over (RFC 7519 section 4).
  base::result<access_token_claims> read(std::string_view token) const;

  std::chrono::seconds life() const noexcept { return settings_.life; }

 private:
  base::result<read_token> read_unknown(std::string_view token) const;
  base::result<void> check_times(const read_token& token) const;

  crypto::jws_signer signer_;
  access_token_settings settings_;
  const base::clock& clock_;
  std::unique_ptr<token_cache> known_;
};

}  // namespace kontor::session
