// What the header fields say about where the message ends and for whom it is: the rules that Beast 1.81 does not hold,
// or holds differently from its neighbours (RFC 9112 sections 3.2, 6; RFC 9110 section 10.1.1).
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kontor::http {

enum class http_version { v1_0, v1_1 };

struct framing {
  bool chunked = false;
  bool has_body = false;  ///< Chunked, or a length above zero.
  std::uint64_t content_length = 0;
  bool expects_continue = false;  ///< Never for HTTP/1.0.
  bool is_encoded = false;        ///< There is a Content-Encoding; no route takes one.
  std::string_view host;          ///< Empty only for HTTP/1.0 without Host.
};

/// Refuses with errc::malformed: Transfer-Encoding other than exactly `chunked` once, together with Content-Length, or
/// in HTTP/1.0; Content-Length that is not one row of digits below 2^64, or there twice; Host missing (1.1), twice,
/// empty or more than `name[:port]`. With errc::expectation_failed: Expect other than 100-continue. The values' views
/// must point into the raw header section: what stands around a Transfer-Encoding is looked at, too.
base::result<framing> check_framing(std::span<const header_view> headers, http_version version);

/// `name`, `name:port`, `[IPv6]`, `[IPv6]:port` (RFC 9110 section 7.2); no user information, no path.
bool is_host(std::string_view value) noexcept;

}  // namespace kontor::http
