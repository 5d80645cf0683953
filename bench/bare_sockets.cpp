// The yardstick of the measurement `sockets`: Beast's WebSocket stream alone, as its documentation shows it. Each
// socket has a coroutine that reads a message into its buffer and writes it back; nothing is checked, bounded or
// pinged.
//
//   bare_sockets PORT
#include "async/awaitable.hpp"
#include "async/event_loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using kontor::async::use_awaitable;
using socket_type = asio::basic_stream_socket<asio::ip::tcp, kontor::async::executor>;
using acceptor_type = asio::basic_socket_acceptor<asio::ip::tcp, kontor::async::executor>;

kontor::async::awaitable<void> echo(socket_type socket) {
  websocket::stream<socket_type> stream(std::move(socket));
  boost::system::error_code failure;
  co_await stream.async_accept(asio::redirect_error(use_awaitable, failure));
  boost::beast::flat_buffer buffer;
  while (!failure) {
    co_await stream.async_read(buffer, asio::redirect_error(use_awaitable, failure));
    if (failure) co_return;
    stream.text(stream.got_text());
    co_await stream.async_write(buffer.data(), asio::redirect_error(use_awaitable, failure));
    buffer.consume(buffer.size());
  }
}

kontor::async::awaitable<void> accept_all(acceptor_type acceptor) {
  while (true) {
    auto socket = co_await acceptor.async_accept(use_awaitable);
    asio::co_spawn(acceptor.get_executor(), echo(std::move(socket)), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) throw std::runtime_error("usage: bare_sockets PORT");
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  const asio::ip::tcp::endpoint at(asio::ip::address_v4::loopback(),
                                   static_cast<std::uint16_t>(std::stoul(arguments[1])));
  kontor::async::event_loops loops(1);
  acceptor_type acceptor(loops.at(0).get_executor());
  acceptor.open(at.protocol());
  acceptor.set_option(acceptor_type::reuse_address(true));
  acceptor.bind(at);
  acceptor.listen();
  asio::co_spawn(loops.at(0).get_executor(), accept_all(std::move(acceptor)), asio::detached);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  loops.start();
  int received = 0;
  sigwait(&signals, &received);
  loops.stop();
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
