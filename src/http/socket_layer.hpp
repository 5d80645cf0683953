// What Beast's WebSocket stream reads from and writes to. Only beast_socket.hpp includes this: it names Beast.
#pragma once

#include "http/shard.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace kontor::http {

/// The TCP socket, and before there is one, the place where Beast's answer to the handshake is kept: Beast opens a
/// stream only by answering, and the answer that the client gets is ours.
class socket_layer {
 public:
  using executor_type = tcp_socket::executor_type;
  using next_layer_type = tcp_socket;

  explicit socket_layer(const executor_type& loop) : socket_(loop) {}

  executor_type get_executor() noexcept { return socket_.get_executor(); }
  tcp_socket& next_layer() noexcept { return socket_; }
  const tcp_socket& next_layer() const noexcept { return socket_; }

  /// What was written so far, once.
  std::string take_kept() noexcept { return std::exchange(kept_, {}); }
  /// From now on the client is there.
  void connect(tcp_socket socket) {
    socket_ = std::move(socket);
    is_connected_ = true;
  }

  /// Grows with every read that is begun: one that was waited for has brought something.
  std::uint32_t reads() const noexcept { return reads_; }
  void count_read() noexcept { ++reads_; }

  /// Called when Beast ends the connection, whoever wanted that: from here on it waits for the client to go.
  std::function<void()> on_teardown;

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    count_read();
    socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  // Beast asks for these to answer the handshake; nothing else uses them.
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    return socket_.read_some(buffers);
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, boost::system::error_code& failure) {
    return socket_.read_some(buffers, failure);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    boost::system::error_code failure;
    const auto written = write_some(buffers, failure);
    if (failure) throw boost::system::system_error(failure);
    return written;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, boost::system::error_code& failure) {
    if (is_connected_) return socket_.write_some(buffers, failure);
    failure = {};
    const auto size = boost::asio::buffer_size(buffers);
    kept_.resize(kept_.size() + size);
    return boost::asio::buffer_copy(boost::asio::buffer(kept_) + (kept_.size() - size), buffers);
  }

 private:
  tcp_socket socket_;
  std::string kept_;
  std::uint32_t reads_ = 0;
  bool is_connected_ = false;
};

template <class Handler>
void async_teardown(boost::beast::role_type role, socket_layer& layer, Handler&& handler) {
  if (layer.on_teardown) layer.on_teardown();
  using boost::beast::websocket::async_teardown;
  async_teardown(role, layer.next_layer(), std::forward<Handler>(handler));
}

}  // namespace kontor::http
