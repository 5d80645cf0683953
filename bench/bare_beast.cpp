// The yardstick of script/bench: Beast alone, as its documentation shows it. One loop per thread with its own listener,
// coroutines, async_read with a parser, async_write of a message; every request gets the same bytes. Nothing is checked
// and nothing is looked up.
//
//   bare_beast PORT THREADS FILE    FILE: one whole answer, header section and body, as another server gave it
#include "async/awaitable.hpp"
#include "async/event_loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using kontor::async::use_awaitable;
using socket_type = asio::basic_stream_socket<asio::ip::tcp, kontor::async::executor>;
using acceptor_type = asio::basic_socket_acceptor<asio::ip::tcp, kontor::async::executor>;
using answer_type = http::response<http::string_body>;

answer_type read_answer(const char* file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  boost::system::error_code failure;
  parser.put(asio::buffer(text), failure);
  if (failure || !parser.is_done())
    throw std::runtime_error(std::string(file) + " is no whole answer: " + failure.message());
  return parser.release();
}

kontor::async::awaitable<void> serve(socket_type socket, const answer_type& model) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code failure;
  while (true) {
    std::optional<http::request_parser<http::string_body>> parser;
    parser.emplace();
    co_await http::async_read(socket, buffer, *parser, asio::redirect_error(use_awaitable, failure));
    if (failure) co_return;
    answer_type answer = model;
    answer.keep_alive(parser->keep_alive());
    co_await http::async_write(socket, answer, asio::redirect_error(use_awaitable, failure));
    if (failure || !answer.keep_alive()) co_return;
  }
}

kontor::async::awaitable<void> accept_all(acceptor_type acceptor, const answer_type& model) {
  while (true) {
    auto socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), model), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 4) throw std::runtime_error("usage: bare_beast PORT THREADS FILE");
  const asio::ip::tcp::endpoint at(asio::ip::address_v4::loopback(),
                                   static_cast<std::uint16_t>(std::stoul(arguments[1])));
  const answer_type answer = read_answer(arguments[3]);
  kontor::async::event_loops loops(std::stoul(arguments[2]));
  for (std::size_t i = 0; i < loops.size(); ++i) {
    acceptor_type acceptor(loops.at(i).get_executor());
    acceptor.open(at.protocol());
    acceptor.set_option(acceptor_type::reuse_address(true));
    acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
    acceptor.bind(at);
    acceptor.listen();
    asio::co_spawn(loops.at(i).get_executor(), accept_all(std::move(acceptor), answer), asio::detached);
  }
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
