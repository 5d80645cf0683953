// The HTTP room with a handler that does nothing: what it costs over Beast alone (bare_beast with this server's
// answer).
//
//   http_bench PORT THREADS
#include "async/event_loops.hpp"
#include "http/server.hpp"

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

namespace http = kontor::http;

kontor::async::awaitable<http::response> answer(http::request&) {
  std::string body =
      R"({"id":"0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6","email":"test@example.com","is_admin":false,"is_active":true,"created_at":"2026-11-23T06:02:21Z","updated_at":"2026-11-23T06:02:21Z"})";
  co_return http::response::with_body(200, "application/json; charset=utf-8", std::move(body));
}

http::response render(const kontor::base::error&, std::string_view) {
  return http::response::with_body(500, "text/plain; charset=utf-8", "error");
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) throw std::runtime_error("usage: http_bench PORT THREADS");
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  kontor::async::event_loops loops(std::stoul(arguments[2]));
  http::router routes;
  routes.add(http::method::get, "/api/v1/auth/me", answer);
  http::server_settings settings;
  settings.port = static_cast<std::uint16_t>(std::stoul(arguments[1]));
  settings.render_error = render;
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
