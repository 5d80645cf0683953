// Who is asking? Reads the bearer token of a request and finds the account behind it.
#pragma once

#include "account/account_service.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"

#include <string_view>

namespace kontor::api {

/// The token of `Authorization: Bearer <token>` (RFC 6750 section 2.1; the scheme in any case, then exactly one space).
/// errc::unauthenticated without a type when there is no such field or another scheme; type `invalid-token` when the
/// token is empty or has blanks; errc::malformed when the field stands there twice, or a token stands in the query too.
base::result<std::string_view> bearer_token(const http::request& in);

/// The account of the request's token, as it is now.
async::awaitable<base::result<account::user>> authenticate(account::account_service& accounts, const http::request& in);

}  // namespace kontor::api
