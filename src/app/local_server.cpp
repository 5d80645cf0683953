#include "app/local_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>

namespace kontor::app {
namespace {

using boost::asio::ip::tcp;

constexpr std::size_t largest_answer = 16 * 1024;
constexpr std::chrono::seconds patience{3};

boost::asio::ip::address address_to_ask(const boost::asio::ip::address& listening) {
  if (!listening.is_unspecified()) return listening;
  if (listening.is_v6()) return boost::asio::ip::address_v6::loopback();
  return boost::asio::ip::address_v4::loopback();
}

}  // namespace

tcp::endpoint place_to_ask(const config& settings) {
  return {address_to_ask(settings.api_host), settings.api_port};
}

heard_answer ask_server(const tcp::endpoint& server, std::string_view path) {
  const auto request =
      "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  boost::asio::io_context loop;
  tcp::socket socket(loop);
  heard_answer out;
  std::string room(largest_answer, '\0');
  // What comes later than we wait for is none; what came until then is in `room`.
  const auto read_on = [&](auto&& self, std::size_t size) -> void {
    socket.async_read_some(boost::asio::buffer(room) + size,
                           [&, self, size](const boost::system::error_code& ended, std::size_t more) {
                             out.text.assign(room, 0, size + more);
                             if (!ended && size + more < room.size()) self(self, size + more);
                           });
  };
  socket.async_connect(server, [&](const boost::system::error_code& refused) {
    if (refused) return;
    out.is_connected = true;
    boost::asio::async_write(socket, boost::asio::buffer(request),
                             [&](const boost::system::error_code& cut, std::size_t) {
                               if (!cut) read_on(read_on, 0);
                             });
  });
  loop.run_for(patience);
  return out;
}

}  // namespace kontor::app
