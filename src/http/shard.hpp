// What the connections of one loop share, and what all loops of a server share.
#pragma once

#include "async/awaitable.hpp"
#include "async/deadline.hpp"
#include "async/task_group.hpp"
#include "http/cors.hpp"
#include "http/http_date.hpp"
#include "http/route_tally.hpp"
#include "http/server.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace kontor::http {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, async::executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::executor>;

class connection;
class web_socket;

/// Open connections, or sockets, per client address; IPv6 clients count by their /64, which is what one client is
/// given. Thread-safe.
class address_counter {
 public:
  /// False when `limit` of them are open already; then nothing was counted.
  bool enter(const boost::asio::ip::address& client, std::size_t limit);
  void leave(const boost::asio::ip::address& client);

 private:
  std::mutex mutex_;
  std::map<boost::asio::ip::address, std::size_t> open_;
};

/// Something of which there is a limited number, in the whole and per client address: see place.hpp.
struct places {
  address_counter addresses;
  std::atomic<std::uint64_t> taken = 0;
  std::atomic<std::uint64_t> refused = 0;
};

/// One per server; immutable but for the counters.
struct server_state {
  server_state(const router& r, server_settings s);

  const router& routes;
  const server_settings settings;
  const cors_policy cors;
  const std::string request_id_prefix;  ///< Random: ids of two runs do not meet in one log.
  address_counter addresses;
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> open = 0;  ///< Without those that are refused.
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> lingering_refusals = 0;
  std::atomic<std::uint64_t> accept_pauses = 0;
  places large_bodies;
  places sockets;
  std::atomic<std::uint64_t> slow_readers = 0;
};

/// One per loop; used on that loop but for `requests` and `tally`.
struct shard {
  shard(boost::asio::io_context& l, std::shared_ptr<server_state> s, std::size_t number);

  /// Replaces `out` by the next request's id: 12 hexadecimal digits of this run, 2 of the loop, 10 of a counter.
  void next_request_id(std::string& out);

  /// No connection starts another request; those that wait for one are closed, and so are the sockets.
  void begin_stop();

  boost::asio::io_context& loop;
  const std::shared_ptr<server_state> server;
  async::task_group roots;
  async::deadline_sweeper sweeper;
  http_date_cache date;
  std::list<connection*> connections;
  std::list<web_socket*> sockets;
  bool stopping = false;
  std::atomic<std::uint64_t> requests = 0;
  request_counts tally;

 private:
  const std::string id_prefix_;
  std::uint64_t next_id_ = 0;
};

}  // namespace kontor::http
