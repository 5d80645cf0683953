// The places of open WebSockets, in the whole and per client address.
#pragma once

#include "base/error.hpp"
#include "http/shard.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>

namespace kontor::http {

/// Counts one socket for as long as it lives.
class socket_place {
 public:
  /// errc::overloaded when limits::sockets are open, errc::too_many_requests when the client has
  /// limits::sockets_per_address; then nothing is counted but the refusal.
  static base::result<std::unique_ptr<socket_place>> claim(std::shared_ptr<server_state> server,
                                                           const boost::asio::ip::address& client);
  ~socket_place();
  socket_place(const socket_place&) = delete;
  socket_place& operator=(const socket_place&) = delete;

 private:
  socket_place(std::shared_ptr<server_state> server, const boost::asio::ip::address& client)
      : server_(std::move(server)), client_(client) {}

  const std::shared_ptr<server_state> server_;
  const boost::asio::ip::address client_;
};

}  // namespace kontor::http
