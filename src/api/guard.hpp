// Who is asking? Reads the bearer token of a request and finds who is behind it.
#pragma once

#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "session/session_service.hpp"

#include <string_view>

namespace kontor::api {

/// The token of `Authorization: Bearer <token>` (RFC 6750 section 2.1; the scheme in any case, then exactly one space).
/// errc::unauthenticated without a type when there is no such field or another scheme; type `invalid-token` when the
/// token is empty or has blanks; errc::malformed when the field stands there twice, or a token stands in the query too.
base::result<std::string_view> bearer_token(const http::request& in);

/// Who the request's token stands for, as of now.
async::awaitable<base::result<session::identity>> authenticate(session::session_service& sessions,
                                                               const http::request& in);

}  // namespace kontor::api
