// The compact serialisation of RFC 7515 section 7.1 taken apart, and the rule for its header. No keys here.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::crypto {

/// Longer tokens are refused unread.
inline constexpr std::size_t max_token_size = 4096;

/// The size of an HS256 signature.
inline constexpr std::size_t hs256_size = 32;

/// One token, read but not verified.
struct compact_jws {
  std::string_view encoded_header;  ///< As it stands in the token; lives as long as that.
  std::string payload;
};

/// Takes a token apart: at most max_token_size, exactly three parts, none of them empty, payload and signature in
/// canonical base64url (no padding, no white space, spare bits zero), a signature of hs256_size bytes.
/// errc::unauthenticated otherwise. The header is not looked into.
base::result<compact_jws> read_compact(std::string_view token);

/// The header rule: canonical base64url, UTF-8 and strict JSON, an object with `alg` exactly HS256 and, when `type` is
/// given, `typ` exactly that (without `type` a string `typ` may be there or not: only for tokens of others, as in test
/// vectors); `kid` may be any string and is ignored; every other member is refused, which are `crit`, `b64`, `jku`,
/// `jwk`, `x5u`, `x5c`, `x5t`, `zip`, `cty` and what comes after them (RFC 8725 sections 3.1, 3.10 and 3.11).
/// errc::unauthenticated otherwise.
base::result<void> check_jws_header(std::string_view encoded_header, std::optional<std::string_view> type);

/// errc::unauthenticated with the reason for the log; the client is not told.
base::error bad_token(std::string reason);

}  // namespace kontor::crypto
