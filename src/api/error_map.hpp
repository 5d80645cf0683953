// The one place where an error meets HTTP: each errc its status, each error its problem document (RFC 9457).
#pragma once

#include "base/error.hpp"
#include "http/response.hpp"

#include <string_view>

namespace kontor::api {

/// The status of an outcome.
unsigned status_of(base::errc code) noexcept;

/// The answer to an error: `application/problem+json` with `type title status detail request_id errors`, and the header
/// fields that belong to it (WWW-Authenticate, Retry-After, Connection). A 500 never explains itself; `internal_detail`
/// is logged, not sent.
http::response render_error(const base::error& why, std::string_view request_id);

}  // namespace kontor::api
