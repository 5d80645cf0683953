// The way to a socket: tickets, and who may come in.
#pragma once

#include "account/account_service.hpp"
#include "api/browser_session.hpp"
#include "api/chat_socket.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/socket_tickets.hpp"

namespace kontor::api {

/// May an access token stand in the address of a socket? It ends up where addresses do; clients of the predecessor have
/// nothing else.
enum class tokens_in_address { refused, taken };

class ws_api {
 public:
  /// All outlive it.
  ws_api(session::socket_tickets& tickets, session::session_service& sessions, const account::account_service& accounts,
         const browser_session& browser, socket_parts parts, tokens_in_address tokens)
      : tickets_(tickets),
        sessions_(sessions),
        accounts_(accounts),
        browser_(browser),
        parts_(parts),
        tokens_(tokens) {}

  async::awaitable<base::result<http::response>> create_ticket(http::request& in, const session::identity& me);

  /// `GET /ws/stream`, once it is known to be the handshake of a WebSocket. errc::forbidden, type `origin-not-allowed`:
  /// a foreign page asks; type `second-factor-enrolment-required`. errc::unauthenticated: no token, or one that does
  /// not hold; errc::malformed: more than one. errc::too_many_requests, type `too-many-sockets`.
  async::awaitable<base::result<http::response>> open_socket(http::request& in);

 private:
  async::awaitable<base::result<session::identity>> identify(const http::request& in);
  async::awaitable<base::result<session::identity>> as_of_now(base::result<session::identity> who);

  session::socket_tickets& tickets_;
  session::session_service& sessions_;
  const account::account_service& accounts_;
  const browser_session& browser_;
  const socket_parts parts_;
  const tokens_in_address tokens_;
};

}  // namespace kontor::api
