// Accepts connections on every loop and answers their requests.
#pragma once

#include "async/event_loops.hpp"
#include "base/error.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"
#include "metrics/histogram.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::http {

/// One address or range, e.g. `10.0.0.0/8` or `::1`.
using network = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;

struct server_settings {
  boost::asio::ip::address address = boost::asio::ip::make_address("127.0.0.1");
  std::uint16_t port = 8500;  ///< 0: any free one; ask `server::port`.
  http::limits limits;
  /// Only these peers are believed when they say X-Forwarded-For and X-Forwarded-Proto; malformed values are 400.
  std::vector<network> trusted_proxies;
  /// Exact origins (`https://app.example`) that may call from a browser; empty: none but our own pages.
  std::vector<std::string> cors_origins;
  /// Turns an error into its answer, for errors that arise before or outside a handler. `request_id` may be empty.
  /// Required.
  std::function<response(const base::error&, std::string_view request_id)> render_error;
};

struct server_metrics {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;     ///< Without those that are refused, and without sockets.
  std::uint64_t connections_refused = 0;  ///< By limits::connections_per_address.
  std::uint64_t requests = 0;
  std::uint64_t accept_pauses =
      0;  ///< Times that accepting waited: no descriptor or memory was free, or limits::connections was reached.
  std::uint64_t sockets_open = 0;
  std::uint64_t sockets_refused = 0;       ///< By limits::sockets or limits::sockets_per_address.
  std::uint64_t slow_readers_dropped = 0;  ///< Sockets whose client did not take what waited for it.
  std::uint64_t requests_cut = 0;          ///< Whose connection ended before the answer was out.
};

/// What became of the requests of one route, of all loops together.
struct route_traffic {
  route_name which;
  std::array<std::uint64_t, 5> by_class{};  ///< Answered with 1xx, 2xx … 5xx.
  metrics::time_counts took;                ///< From the head of the request to the end of the answer.
};

class server {
 public:
  /// `routes` must outlive the server. Throws std::logic_error without settings.render_error.
  server(async::event_loops& loops, const router& routes, server_settings settings);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Binds one listener per loop and starts to accept. Throws std::runtime_error with a sentence for the operator
  /// (address in use).
  void start();

  std::uint16_t port() const noexcept;

  /// Stops accepting, closes the sockets with 1001, lets requests in progress finish (limits::shutdown_time), cuts the
  /// rest. Blocks; call it from outside the loops and before they stop. Safe to call twice.
  void stop();

  server_metrics metrics() const;
  /// Of every route, and of what has none, in the order of router::names; also of those that nobody asked for. At any
  /// time, from any thread.
  std::vector<route_traffic> traffic() const;

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace kontor::http
