// A server with WebSockets on a free port of the loopback, for this room's tests.
#pragma once

#include "http/server_fixture.hpp"
#include "http/web_socket.hpp"
#include "tests/support/raw_web_socket.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace kontor::http {

inline constexpr route_options is_socket = {.upgrade = route_options::upgrade_kind::web_socket};
inline constexpr socket_options takes_binary = {.binary = socket_options::binary_messages::taken};

/// Gives every message back.
inline async::awaitable<void> echo_messages(std::shared_ptr<web_socket> socket) {
  while (auto message = co_await socket->receive()) {
    auto data = std::make_shared<const std::string>(std::move(message->data));
    socket->send(std::move(data), message->kind);
    if (!co_await socket->sent()) co_return;
  }
}

inline std::shared_ptr<const std::string> text(std::string_view what) {
  return std::make_shared<const std::string>(what);
}

/// `/echo` takes texts and binary messages, `/text` texts alone; `/held` gives its sockets to the test and keeps what
/// comes in. `/page` is an ordinary route.
class socket_server {
 public:
  explicit socket_server(const limits& l = {}, std::size_t loops = 1) : running(l, loops) {
    running.routes.add(method::get, "/echo", answer_with(echo_messages, takes_binary), is_socket);
    running.routes.add(method::get, "/text", answer_with(echo_messages), is_socket);
    const auto hold = [this](std::shared_ptr<web_socket> socket) { return keep(std::move(socket)); };
    running.routes.add(method::get, "/held", answer_with(hold), is_socket);
    running.routes.add(method::get, "/page", [](request&) -> async::awaitable<response> { co_return response(204); });
  }
  void start() { running.start(); }

  static handler answer_with(socket_session session, socket_options options = {}) {
    return [session = std::move(session), options](request&) -> async::awaitable<response> {
      co_return response::with_socket(session, options);
    };
  }

  test::raw_web_socket open(std::string_view target = "/echo") const {
    return test::raw_web_socket(running.connect(), target);
  }

  /// The server's end of the next `/held`, in the order in which they came.
  std::shared_ptr<web_socket> held() {
    std::shared_ptr<web_socket> next;
    running_server::eventually([&] {
      const std::lock_guard lock(mutex_);
      if (given_ < held_.size()) next = std::exchange(held_[given_++], nullptr);
      return next != nullptr;
    });
    return next;
  }
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  server_metrics metrics() const { return running.web->metrics(); }
  bool has_sockets(std::uint64_t count) const {
    return running_server::eventually([&] { return metrics().sockets_open == count; });
  }

  running_server running;

 private:
  async::awaitable<void> keep(std::shared_ptr<web_socket> socket) {
    {
      const std::lock_guard lock(mutex_);
      held_.push_back(socket);
    }
    while (auto message = co_await socket->receive()) {
      const std::lock_guard lock(mutex_);
      heard_.push_back(std::move(message->data));
    }
  }

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<web_socket>> held_;
  std::size_t given_ = 0;
  std::vector<std::string> heard_;
};

}  // namespace kontor::http
