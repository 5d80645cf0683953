// Accepts the connections of one loop.
#pragma once

#include "async/awaitable.hpp"
#include "http/shard.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

namespace kontor::http {

class listener {
 public:
  /// Binds and listens, with SO_REUSEPORT: the listeners of the other loops share the port. Throws
  /// boost::system::system_error.
  listener(std::shared_ptr<shard> home, const boost::asio::ip::tcp::endpoint& at);

  boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

  /// The root: accepts until `stop`. When limits::connections are open, or something stands in the way (no descriptor,
  /// no memory, no permission), it says so once, waits and tries again; what comes meanwhile waits in the backlog. With
  /// several loops the limit may be passed by one connection per loop.
  static async::awaitable<void> run(std::shared_ptr<listener> self);

  /// On the loop.
  void stop();

 private:
  async::awaitable<void> accept_all();
  async::awaitable<void> pause(std::string why);
  void admit(tcp_socket socket);

  const std::shared_ptr<shard> home_;
  tcp_acceptor acceptor_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    async::executor>
      again_;
  bool stopped_ = false;
  bool paused_ = false;
};

}  // namespace kontor::http
