// The answers of one connection on their way to the client, one after the other.
#pragma once

#include "async/awaitable.hpp"
#include "http/limits.hpp"
#include "http/response_writer.hpp"
#include "http/socket_limit.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace kontor::http {

/// What an idle connection may hold per buffer.
inline constexpr std::size_t kept_capacity = 64 * 1024;

/// Gives the memory of a text back when it is more than an idle connection may hold; the text is lost.
void forget_if_large(std::string& text);

/// Used on the loop of its connection, to which everything it is given belongs.
class answer_writer {
 public:
  answer_writer(tcp_socket& socket, socket_limit& limit, const limits& l)
      : socket_(socket), limit_(limit), limits_(l) {}
  answer_writer(const answer_writer&) = delete;
  answer_writer& operator=(const answer_writer&) = delete;

  /// Makes the bytes of an answer to a request of this method. `answer` stays where it is until they are written.
  void compose(const response& answer, const response_context& context, method asked);
  /// The next piece of a body that is made while it is sent; not empty, and stays where it is until it is written.
  void compose_piece(std::string_view piece);
  /// The end of such a body.
  void compose_end();
  /// The interim answer to `Expect: 100-continue`.
  void compose_continue();

  /// Writes what the socket takes at once. Most answers fit: then no operation is started and no turn of the loop is
  /// needed. True: all is written.
  bool write_now();
  /// Writes what is left, within limits::write_time. False: the client is gone or took too long.
  async::awaitable<bool> write_rest();

  /// Ends the sending side and drops what still comes, within limits::linger_time. Closing at once while bytes of the
  /// client are on their way would reset the connection, and the client might lose the answer (RFC 9112 section 9.6).
  async::awaitable<void> linger(boost::beast::flat_buffer& received);

  /// Resets the connection: what was sent so far must not look like the whole.
  void cut();

  void forget_large_buffer() { forget_if_large(out_); }

 private:
  std::array<boost::asio::const_buffer, 2> unsent() const;
  bool is_done() const noexcept { return written_ == out_.size() + long_body_.size(); }

  tcp_socket& socket_;
  socket_limit& limit_;
  const limits& limits_;
  std::string out_;
  std::string_view long_body_;  // of the current answer, when it is not worth copying, or must not be copied
  std::size_t written_ = 0;
  enum class framing { none, first_chunk, next_chunk } chunks_ = framing::none;  // of a body made while it is sent
};

}  // namespace kontor::http
