// One WebSocket over Beast's stream: reading, the one writer, pings, closing within bounds. Only connection.cpp,
// connection_upgrade.cpp and beast_socket.cpp include this: it names Beast.
#pragma once

#include "http/outbox.hpp"
#include "http/place.hpp"
#include "http/response.hpp"
#include "http/shard.hpp"
#include "http/socket_layer.hpp"
#include "http/web_socket.hpp"

#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <exception>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::http {

/// What is known of a socket when its handshake is answered.
struct socket_origin {
  std::shared_ptr<shard> home;
  std::unique_ptr<http::place> place;
  socket_options options;
  std::string request_id;
};

/// Lives on its shard's loop but for what web_socket says of other threads. What needs the loop (`wire`) belongs to
/// `run` and goes with it; the rest may be kept longer.
class beast_socket final : public web_socket, public std::enable_shared_from_this<beast_socket> {
 public:
  explicit beast_socket(socket_origin origin);
  ~beast_socket() override;
  beast_socket(const beast_socket&) = delete;
  beast_socket& operator=(const beast_socket&) = delete;

  /// Sec-WebSocket-Accept for a key that was checked. Once, before `connect`.
  std::string answer_to(std::string_view key);
  /// The client has our answer: frames follow.
  void connect(tcp_socket socket);

  /// The root, in place of the connection's: the session, then the end of the socket.
  static async::awaitable<void> run(std::shared_ptr<beast_socket> self, std::shared_ptr<const socket_upgrade> upgrade);

  async::awaitable<std::optional<socket_message>> receive() override;
  bool send(std::shared_ptr<const std::string> data, message_kind kind) override;
  async::awaitable<bool> sent() override;
  void close(close_code code, std::string_view reason) override;
  bool is_closing() const override { return outbox_.is_closed(); }

 private:
  struct wire;
  class wire_owner;
  struct woken;
  struct operation_ended;

  void wake();
  void go_on() noexcept;
  void start_next();
  void start_ping();
  void start_close();
  void end_operation(const boost::system::error_code& failure) noexcept;
  void pass_deadline() noexcept;
  void over() noexcept;
  void cut() noexcept;
  async::awaitable<void> change();
  async::awaitable<bool> read_rest(std::string& data);
  void log_end() const;
  void log_breakage(const std::exception_ptr& breakage) const;

  const std::shared_ptr<server_state> server_;
  const async::executor loop_;
  const bool takes_binary_;
  const std::string request_id_;
  outbox outbox_;
  std::unique_ptr<wire> wire_;
};

}  // namespace kontor::http
