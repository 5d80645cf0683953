#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/client_address.hpp"
#include "http/connection.hpp"
#include "http/refusal.hpp"

#include <boost/asio/redirect_error.hpp>

#include <utility>

namespace kontor::http {
namespace {

using boost::system::error_code;
using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::milliseconds pause_length{50};

bool is_shortage(const error_code& failure) {
  using namespace boost::system::errc;
  return failure == too_many_files_open || failure == too_many_files_open_in_system || failure == no_buffer_space ||
         failure == not_enough_memory;
}

// Counts a connection for as long as it lives.
struct admission {
  admission(std::shared_ptr<server_state> s, const boost::asio::ip::address& c, bool by_address)
      : server(std::move(s)), client(c), counted_by_address(by_address) {
    ++server->open;
  }
  ~admission() {
    --server->open;
    if (counted_by_address) server->addresses.leave(client);
  }
  admission(const admission&) = delete;
  admission& operator=(const admission&) = delete;

  std::shared_ptr<server_state> server;
  boost::asio::ip::address client;
  bool counted_by_address;
};

async::awaitable<void> serve_admitted([[maybe_unused]] std::unique_ptr<admission> counted,
                                      std::unique_ptr<connection> admitted) {
  co_await connection::serve(std::move(admitted));
}

async::awaitable<void> turn_away([[maybe_unused]] std::unique_ptr<admission> counted,
                                 std::unique_ptr<connection> refused) {
  auto why = refuse(base::errc::overloaded, "Too many connections from this address.");
  why.retry_after = std::chrono::seconds(1);
  co_await connection::turn_away(std::move(refused), std::move(why));
}

}  // namespace

listener::listener(std::shared_ptr<shard> home, const boost::asio::ip::tcp::endpoint& at)
    : home_(std::move(home)), acceptor_(home_->loop.get_executor()), again_(home_->loop.get_executor()) {
  acceptor_.open(at.protocol());
  acceptor_.set_option(tcp_acceptor::reuse_address(true));
  acceptor_.set_option(reuse_port(true));
  acceptor_.bind(at);
  acceptor_.listen();
}

void listener::stop() {
  stopped_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  again_.cancel();
}

async::awaitable<void> listener::run(std::shared_ptr<listener> self) {
  co_await self->accept_all();
}

async::awaitable<void> listener::accept_all() {
  const auto& state = *home_->server;
  while (!stopped_) {
    if (state.open.load() >= state.settings.limits.connections) {
      co_await pause("as many connections as allowed are open");
      continue;
    }
    tcp_socket socket(home_->loop.get_executor());
    error_code failure;
    co_await acceptor_.async_accept(socket, boost::asio::redirect_error(async::use_awaitable, failure));
    if (stopped_) co_return;
    if (is_shortage(failure)) {
      co_await pause("no resources for another connection");
      continue;
    }
    // Anything else concerns this one connection: the client has gone again, for example.
    if (failure) continue;
    paused_ = false;
    admit(std::move(socket));
  }
}

async::awaitable<void> listener::pause(const char* why) {
  if (!std::exchange(paused_, true)) {
    ++home_->server->accept_pauses;
    base::log(base::log_level::warning, "accepting pauses", {{"why", why}});
  }
  again_.expires_after(pause_length);
  error_code interrupted;
  co_await again_.async_wait(boost::asio::redirect_error(async::use_awaitable, interrupted));
}

void listener::admit(tcp_socket socket) {
  error_code failure;
  const auto peer = plain_address(socket.remote_endpoint(failure).address());
  if (!failure) socket.set_option(boost::asio::ip::tcp::no_delay(true), failure);
  if (!failure) socket.non_blocking(true, failure);
  if (failure) return;

  auto& state = *home_->server;
  ++state.accepted;
  // A proxy speaks for many clients.
  const bool counts = !is_trusted(state.settings.trusted_proxies, peer);
  const bool welcome = !counts || state.addresses.enter(peer, state.settings.limits.connections_per_address);
  auto counted = std::make_unique<admission>(home_->server, peer, counts && welcome);
  auto made = std::make_unique<connection>(std::move(socket), home_, peer);
  if (welcome)
    home_->roots.spawn("connection", serve_admitted(std::move(counted), std::move(made)));
  else
    home_->roots.spawn("refused connection", turn_away(std::move(counted), std::move(made)));
}

}  // namespace kontor::http
