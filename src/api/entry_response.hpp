// The answer to whoever has come in, or stands before the second step: the same for every way in.
#pragma once

#include "api/browser_session.hpp"
#include "api/wire.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/entrance.hpp"

namespace kontor::api {

/// Schema SignedIn, with the refresh token where it was asked for, and the cookie that lets the device be known.
http::response let_in(const browser_session& browser, const http::request& in, unsigned status,
                      const session::signed_in& signed_in, delivery refresh_token);

/// 200 with schema SignedIn, or 401 with schema SecondFactorRequired.
http::response let_in(const browser_session& browser, const http::request& in, const session::entry& entered,
                      delivery refresh_token);

}  // namespace kontor::api
