// Whether a request asks for a WebSocket, and rightly so (RFC 6455 section 4.2.1).
#pragma once

#include "base/error.hpp"
#include "http/framing.hpp"
#include "http/request.hpp"

#include <string_view>

namespace kontor::http {

/// The key of the handshake, a view into the request. Refuses with errc::upgrade_required what is not `GET` with
/// HTTP/1.1, `Upgrade: websocket`, `Connection: upgrade` and version 13; with errc::malformed a handshake with a body
/// or without exactly one key of 16 bytes. Extensions and subprotocols are the client's offer; none is taken.
base::result<std::string_view> check_handshake(const request& in, const framing& frame, http_version version);

}  // namespace kontor::http
