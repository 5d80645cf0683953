#include "http/socket_place.hpp"

#include "http/refusal.hpp"

#include <chrono>
#include <utility>

namespace kontor::http {
namespace {

base::error refuse_for_now(base::errc code, std::string detail) {
  auto why = refuse(code, std::move(detail));
  why.retry_after = std::chrono::seconds(1);
  return why;
}

}  // namespace

base::result<std::unique_ptr<socket_place>> socket_place::claim(std::shared_ptr<server_state> server,
                                                                const boost::asio::ip::address& client) {
  auto& state = *server;
  const auto& limits = state.settings.limits;
  if (!state.socket_addresses.enter(client, limits.sockets_per_address)) {
    ++state.sockets_refused;
    return refuse_for_now(base::errc::too_many_requests, "Too many WebSockets from this address.");
  }
  if (state.sockets_open++ >= limits.sockets) {
    --state.sockets_open;
    state.socket_addresses.leave(client);
    ++state.sockets_refused;
    return refuse_for_now(base::errc::overloaded, "As many WebSockets as possible are open.");
  }
  return std::unique_ptr<socket_place>(new socket_place(std::move(server), client));
}

socket_place::~socket_place() {
  --server_->sockets_open;
  server_->socket_addresses.leave(client_);
}

}  // namespace kontor::http
