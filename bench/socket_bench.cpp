// WebSockets of the HTTP room with a session that gives every message back: what they cost over Beast alone
// (bare_sockets).
//
//   socket_bench PORT
#include "async/event_loops.hpp"
#include "http/server.hpp"
#include "http/web_socket.hpp"

#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>

namespace {

namespace http = kontor::http;

kontor::async::awaitable<void> echo(std::shared_ptr<http::web_socket> socket) {
  while (auto message = co_await socket->receive()) {
    auto data = std::make_shared<const std::string>(std::move(message->data));
    socket->send(std::move(data), message->kind);
  }
}

kontor::async::awaitable<http::response> answer(http::request&) {
  co_return http::response::with_socket(echo, {.binary = http::socket_options::binary_messages::taken});
}

http::response render(const kontor::base::error&, std::string_view) {
  return http::response::with_body(500, "text/plain; charset=utf-8", "error");
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) throw std::runtime_error("usage: socket_bench PORT");
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  kontor::async::event_loops loops(1);
  http::router routes;
  routes.add(http::method::get, "/", answer, {.upgrade = http::route_options::upgrade_kind::web_socket});
  http::server_settings settings;
  settings.port = static_cast<std::uint16_t>(std::stoul(arguments[1]));
  settings.render_error = render;
  // All of them come from one address, and nobody answers pings.
  settings.limits.sockets = settings.limits.sockets_per_address = std::numeric_limits<std::size_t>::max();
  settings.limits.socket_ping_time = std::chrono::hours(1);
  http::server server(loops, routes, settings);
  server.start();
  loops.start();
  int received = 0;
  sigwait(&signals, &received);
  server.stop();
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
