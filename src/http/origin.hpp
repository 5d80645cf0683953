// Which pages may act for the user of a browser.
#pragma once

#include "http/request.hpp"

#include <span>
#include <string>
#include <string_view>

namespace kontor::http {

/// Does one of our own pages send this, or no page at all? By Origin, or, where there is none, by Sec-Fetch-Site; a
/// program sends neither. `own`: the origin users see; empty: whatever the Host field says. `others`: further origins
/// that may (CORS_ORIGINS). For what a browser does with the user's credentials without asking: mutating requests with
/// a cookie (ASVS 3.5.3) and handshakes of WebSockets (ASVS 4.4.2), which CORS does not stand in front of.
bool origin_allowed(const request& in, std::string_view own, std::span<const std::string> others);

}  // namespace kontor::http
