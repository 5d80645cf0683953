// One TCP connection: reads requests with limits, has them answered, in order, until one side wants no more.
#pragma once

#include "async/awaitable.hpp"
#include "http/answer_writer.hpp"
#include "http/framing.hpp"
#include "http/place.hpp"
#include "http/raw_guards.hpp"
#include "http/request_log.hpp"
#include "http/request_parser.hpp"
#include "http/request_target.hpp"
#include "http/shard.hpp"
#include "http/socket_limit.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace kontor::http {

class beast_socket;

/// What a connection became; nothing when it is over.
struct upgraded_connection {
  std::shared_ptr<beast_socket> socket;
  std::shared_ptr<const socket_upgrade> upgrade;
};

/// Lives on its shard's loop, owned by the root that serves it.
class connection {
 public:
  connection(tcp_socket socket, std::shared_ptr<shard> home, const boost::asio::ip::address& peer);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// For the root: answers requests until the end, or until it becomes a socket, for which nothing of it is kept. Every
  /// refusal of the framing is the last answer of its connection.
  static async::awaitable<upgraded_connection> serve(std::unique_ptr<connection> self);

  /// The root of a connection that is over a limit: one answer, without reading.
  static async::awaitable<void> turn_away(std::unique_ptr<connection> self, base::error why);

  /// Closes it when it waits for a request; else the current answer is the last one.
  void begin_stop();

 private:
  static constexpr std::size_t usual_read = 2 * 1024;

  async::awaitable<upgraded_connection> run();
  void begin_request();

  // Reading the header section.
  scan_result scan_head();
  /// The answer to a header that cannot be finished; nullopt: there is nobody to answer.
  std::optional<base::error> interrupted(const boost::system::error_code& failure, const char* where) const;

  // Between header and body: what can be answered without the body is answered here.
  std::optional<response> open_request();
  std::optional<response> find_route();
  bool route_takes_body() const noexcept;
  std::optional<response> check_body_headers();
  async::awaitable<std::optional<response>> ask_gate();

  // The body: what has arrived, then the rest (connection_body.cpp).
  std::optional<base::error> take_body();
  // A place for it if it is large, and will be kept.
  std::optional<base::error> claim_place();
  std::chrono::milliseconds time_for_body(std::chrono::steady_clock::time_point begun) const;
  async::awaitable<std::optional<base::error>> read_body();
  void forget_body() noexcept;

  // A body that is made while it is sent (connection_pieces.cpp). False: it is not whole, and the connection was cut.
  async::awaitable<bool> send_pieces(const response& answer);
  // What went wrong stands in the log.
  async::awaitable<base::result<std::string>> next_piece(const response& answer);

  // The handshake of a WebSocket (connection_upgrade.cpp).
  bool route_upgrades() const noexcept;
  std::optional<response> check_upgrade() const;
  /// The socket that the answer promises; null: the answer has become a refusal.
  std::shared_ptr<beast_socket> make_socket(response& answer);

  // Answering.
  response render(const base::error& why) const;
  response last_answer(const base::error& why);
  response report_breakage(const std::exception_ptr& breakage);
  void compose(const response& answer);
  logged_request as_logged() const;
  // What became of it, for the log and for those who count.
  void report(unsigned status);
  void report_cut(std::optional<unsigned> status);

  void forget_large_buffers();

  const limits& limits_;
  const std::shared_ptr<shard> home_;
  tcp_socket socket_;
  const boost::asio::ip::address peer_;
  const bool peer_is_proxy_;
  std::list<connection*>::iterator place_;
  socket_limit limit_;
  bool idle_ = false;

  boost::beast::flat_buffer buffer_;  // received, not yet used
  head_scanner scanner_;
  std::string head_;  // the header section of the current request; its views point here
  std::string body_;  // wiped after each request
  std::unique_ptr<place> body_place_;
  std::optional<request_parser> parser_;
  request_target target_;
  request request_;
  framing framing_;
  route_match route_;
  std::uint64_t body_limit_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::size_t empty_lines_ = 0;
  bool keeps_alive_ = true;

  answer_writer writer_;
};

/// For the root: the session of a socket, and its end.
async::awaitable<void> serve_socket(upgraded_connection which);

}  // namespace kontor::http
