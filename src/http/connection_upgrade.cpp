// Where a connection becomes a WebSocket.
#include "http/beast_socket.hpp"
#include "http/connection.hpp"
#include "http/handshake.hpp"
#include "http/refusal.hpp"

#include <utility>

namespace kontor::http {

bool connection::route_upgrades() const noexcept {
  return route_.options != nullptr && route_.options->upgrade == route_options::upgrade_kind::web_socket;
}

std::optional<response> connection::check_upgrade() const {
  if (!route_upgrades()) return std::nullopt;
  const auto key = check_handshake(request_, framing_, parser_->version());
  if (key) return std::nullopt;
  auto answer = render(key.error());
  if (key.error().code == base::errc::upgrade_required)
    answer.set("Upgrade", "websocket").set("Sec-WebSocket-Version", "13");
  return answer;
}

std::shared_ptr<beast_socket> connection::make_socket(response& answer) {
  // Clients wait for the answer (RFC 6455 section 4.1). Bytes that a proxy took for another request must not be frames.
  if (buffer_.size() > 0) {
    answer = last_answer(malformed("The handshake of a WebSocket was not answered yet."));
    return nullptr;
  }
  if (home_->stopping) {
    answer = last_answer(refuse(base::errc::overloaded, "The server stops."));
    return nullptr;
  }
  auto mine = place::for_socket(home_->server, request_.client);
  if (!mine) {
    answer = render(mine.error());
    return nullptr;
  }
  auto socket =
      std::make_shared<beast_socket>(socket_origin{home_, std::move(*mine), answer.socket()->options, request_.id});
  answer.set("Upgrade", "websocket")
      .set("Sec-WebSocket-Accept", socket->answer_to(*request_.header("sec-websocket-key")));
  keeps_alive_ = true;
  return socket;
}

}  // namespace kontor::http
