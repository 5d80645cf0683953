// Places of which there is a limited number, in the whole and per client address: those of large bodies and of sockets.
#pragma once

#include "base/error.hpp"
#include "http/shard.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <utility>

namespace kontor::http {

/// Counts one as long as it lives.
class place {
 public:
  using claimed = base::result<std::unique_ptr<place>>;

  /// errc::overloaded when limits::large_bodies are held, or limits::large_bodies_per_address of this client; then
  /// nothing is counted but the refusal.
  static claimed for_large_body(std::shared_ptr<server_state> server, const boost::asio::ip::address& client);

  /// errc::overloaded when limits::sockets are open, errc::too_many_requests when the client has
  /// limits::sockets_per_address; then nothing is counted but the refusal.
  static claimed for_socket(std::shared_ptr<server_state> server, const boost::asio::ip::address& client);

  ~place();
  place(const place&) = delete;
  place& operator=(const place&) = delete;

 private:
  struct rule;
  static claimed claim(std::shared_ptr<server_state> server, places& of, const boost::asio::ip::address& client,
                       const rule& by);
  place(std::shared_ptr<server_state> server, places& of, const boost::asio::ip::address& client)
      : server_(std::move(server)), of_(of), client_(client) {}

  const std::shared_ptr<server_state> server_;  // Holds the counters.
  places& of_;
  const boost::asio::ip::address client_;
};

}  // namespace kontor::http
