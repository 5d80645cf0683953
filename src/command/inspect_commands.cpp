// Commands that only look: is the server well, which routes does it have.
#include "api/routes.hpp"
#include "command/commands.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <iostream>
#include <string>

namespace kontor::command {
namespace {

using boost::asio::ip::tcp;

// A listener on every address is asked over loopback.
boost::asio::ip::address address_to_ask(const boost::asio::ip::address& listening) {
  if (!listening.is_unspecified()) return listening;
  if (listening.is_v6()) return boost::asio::ip::address_v6::loopback();
  return boost::asio::ip::address_v4::loopback();
}

// The first line of the answer to one request; empty when there is none within three seconds.
std::string ask(const tcp::endpoint& server, const std::string& request) {
  boost::asio::io_context loop;
  tcp::socket socket(loop);
  std::string answer(64, '\0');
  std::size_t size = 0;
  socket.async_connect(server, [&](const boost::system::error_code& refused) {
    if (refused) return;
    boost::asio::async_write(
        socket, boost::asio::buffer(request), [&](const boost::system::error_code& cut, std::size_t) {
          if (cut) return;
          boost::asio::async_read(socket, boost::asio::buffer(answer),
                                  [&](const boost::system::error_code&, std::size_t read) { size = read; });
        });
  });
  loop.run_for(std::chrono::seconds(3));
  return answer.substr(0, std::min(size, answer.find("\r\n")));
}

}  // namespace

int check_health(const app::config& settings) {
  const tcp::endpoint server(address_to_ask(settings.api_host), settings.api_port);
  const std::string request = "GET /api/v1/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const auto status_line = ask(server, request);
  if (status_line.starts_with("HTTP/1.1 200 ")) {
    std::cout << "ready\n";
    return 0;
  }
  std::cerr << "kontor: " << server << (status_line.empty() ? " does not answer" : " is not ready: " + status_line)
            << "\n";
  return 1;
}

int print_routes() {
  for (const auto& row : api::all_routes()) {
    std::cout << http::name_of(row.verb) << " " << row.path << " " << api::name_of(row.who);
    if (row.token_scope) std::cout << " token=" << token::name_of(*row.token_scope);
    if (row.proof == api::asks_proof::yes) std::cout << " proof";
    if (row.early == api::before_enrolment::open) std::cout << " before-enrolment";
    std::cout << "\n";
  }
  return 0;
}

}  // namespace kontor::command
