#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/client_address.hpp"
#include "http/connection.hpp"
#include "http/refusal.hpp"

#include <boost/asio/redirect_error.hpp>

#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace kontor::http {
namespace {

using boost::system::error_code;
using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::milliseconds pause_length{50};

// Errors of the one connection that was to be accepted (accept(2), "Error handling"): the next one may do better at
// once. Every other error would be there again, whether for want of resources or for want of permission.
bool concerns_one_connection(const error_code& failure) {
  using namespace boost::system::errc;
  for (const auto each : {connection_aborted, connection_reset, host_unreachable, network_down, network_unreachable,
                          no_protocol_option, operation_not_supported, protocol_error, interrupted, timed_out})
    if (failure == each) return true;
  return failure == error_code(EHOSTDOWN, boost::system::system_category()) ||
         failure == error_code(ENONET, boost::system::system_category());
}

// Counts a connection that is served for as long as it lives.
class admission {
 public:
  explicit admission(std::shared_ptr<server_state> server) : server_(std::move(server)) {}
  ~admission() {
    if (counted_) --server_->open;
    if (counted_by_address_) server_->addresses.leave(client_);
  }
  admission(const admission&) = delete;
  admission& operator=(const admission&) = delete;

  /// False when the client has as many connections as it may have; then nothing was counted.
  bool enter(const boost::asio::ip::address& client) {
    client_ = client;
    counted_by_address_ = server_->addresses.enter(client, server_->settings.limits.connections_per_address);
    if (counted_by_address_) enter_as_proxy();
    return counted_by_address_;
  }
  void enter_as_proxy() noexcept {
    counted_ = true;
    ++server_->open;
  }

 private:
  const std::shared_ptr<server_state> server_;
  boost::asio::ip::address client_;
  bool counted_ = false;
  bool counted_by_address_ = false;
};

// Counts a connection that is refused. They have their own limit: within limits::connections, one address could keep
// everybody out with connections that are not even served.
class refusal_place {
 public:
  explicit refusal_place(std::shared_ptr<server_state> server)
      : server_(std::move(server)),
        is_free_(server_->lingering_refusals++ < server_->settings.limits.refused_connections) {}
  ~refusal_place() { --server_->lingering_refusals; }
  refusal_place(const refusal_place&) = delete;
  refusal_place& operator=(const refusal_place&) = delete;

  bool is_free() const noexcept { return is_free_; }

 private:
  const std::shared_ptr<server_state> server_;
  const bool is_free_;
};

async::awaitable<void> serve_admitted(std::unique_ptr<admission> counted, std::unique_ptr<connection> admitted) {
  auto upgraded = co_await connection::serve(std::move(admitted));
  if (!upgraded.socket) co_return;
  // A socket has its own place among the sockets.
  counted.reset();
  co_await serve_socket(std::move(upgraded));
}

async::awaitable<void> turn_away([[maybe_unused]] std::unique_ptr<refusal_place> counted,
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
    if (failure) {
      if (!concerns_one_connection(failure)) co_await pause(failure.message());
      continue;
    }
    // Without memory, for example. It ends this connection, not the listener.
    std::string why;
    try {
      admit(std::move(socket));
    } catch (const std::exception& e) {
      why = e.what();
    }
    if (why.empty())
      paused_ = false;
    else
      co_await pause(std::move(why));
  }
}

async::awaitable<void> listener::pause(std::string why) {
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
  auto counted = std::make_unique<admission>(home_->server);
  // A proxy speaks for many clients.
  const bool is_proxy = is_trusted(state.settings.trusted_proxies, peer);
  if (is_proxy) counted->enter_as_proxy();
  if (is_proxy || counted->enter(peer)) {
    auto made = std::make_unique<connection>(std::move(socket), home_, peer);
    home_->roots.spawn("connection", serve_admitted(std::move(counted), std::move(made)));
    return;
  }
  ++state.refused;
  auto place = std::make_unique<refusal_place>(home_->server);
  if (!place->is_free()) return;
  auto made = std::make_unique<connection>(std::move(socket), home_, peer);
  home_->roots.spawn("refused connection", turn_away(std::move(place), std::move(made)));
}

}  // namespace kontor::http
