// The one place where an error meets HTTP: each errc its status, each error its problem document (RFC 9457).
#pragma once

#include "base/error.hpp"
#include "http/response.hpp"
#include "json/writer.hpp"

#include <functional>
#include <string_view>

namespace kontor::api {

/// The status of an outcome.
unsigned status_of(base::errc code) noexcept;

/// What an error is called: of its type, or of its outcome.
std::string_view title_of(const base::error& why) noexcept;

/// The answer to an error: `application/problem+json` with `type title status detail request_id errors`, and the header
/// fields that belong to it (WWW-Authenticate, Retry-After, Connection). A 500 never explains itself; `internal_detail`
/// is logged, not sent.
http::response render_error(const base::error& why, std::string_view request_id);

/// The same with members of its type behind the standard ones (RFC 9457 section 3.2): `more` writes them.
using problem_members = std::function<void(json::writer&)>;
http::response render_problem(const base::error& why, std::string_view request_id, const problem_members& more);

}  // namespace kontor::api
