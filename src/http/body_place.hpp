// The places of large bodies, in the whole and per client address.
#pragma once

#include "base/error.hpp"
#include "http/shard.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <utility>

namespace kontor::http {

/// Counts one large body for as long as it is held.
class body_place {
 public:
  /// errc::overloaded when limits::large_bodies are held, or limits::large_bodies_per_address of this client; then
  /// nothing is counted.
  static base::result<std::unique_ptr<body_place>> claim(std::shared_ptr<server_state> server,
                                                         const boost::asio::ip::address& client);
  ~body_place();
  body_place(const body_place&) = delete;
  body_place& operator=(const body_place&) = delete;

 private:
  body_place(std::shared_ptr<server_state> server, const boost::asio::ip::address& client)
      : server_(std::move(server)), client_(client) {}

  const std::shared_ptr<server_state> server_;
  const boost::asio::ip::address client_;
};

}  // namespace kontor::http
