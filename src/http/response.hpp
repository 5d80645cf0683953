// An answer. The connection adds framing, date, request id, the security headers, and `Cache-Control: no-store` unless
// a Cache-Control was set.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "http/web_socket.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

struct header {
  std::string name;
  std::string value;
};

/// Makes a body while it is sent: each call gives the next piece, an empty one means that there are no more. Called on
/// the connection's loop, one call at a time, and only when the client has taken the piece before. An error, an
/// exception or a piece over `largest_piece` cuts the connection, so that nobody takes what has arrived for the whole.
/// It owns all it uses: the request is there no longer than its handler.
using piece_source = std::function<async::awaitable<base::result<std::string>>()>;
inline constexpr std::size_t largest_piece = 64 * 1024;

/// What an upgrade leads to.
struct socket_upgrade {
  socket_session session;
  socket_options options;
};

class response {
 public:
  explicit response(unsigned status = 200) : status_(status) {}

  /// `content_type` must be a literal or outlive the response.
  static response with_body(unsigned status, std::string_view content_type, std::string body);
  /// Bytes that live as long as the program (embedded files).
  static response with_static_body(unsigned status, std::string_view content_type, std::string_view body);

  /// A body that carries a secret: it is sent from where it stands and wiped with the last copy of the answer.
  static response with_secret_body(unsigned status, std::string_view content_type, base::secret_bytes body);

  /// A body that is made while it is sent, in chunks (HTTP/1.1) or up to the end of the connection (HTTP/1.0). Its
  /// source is not asked when the request was a HEAD. Throws std::invalid_argument for a status that has no body.
  static response with_pieces(unsigned status, std::string_view content_type, piece_source pieces);

  /// Puts another source in place of the one that is there, and which it may ask. Throws std::logic_error when there is
  /// none.
  response& replace_pieces(piece_source pieces);

  /// The answer to the handshake of a WebSocket, from a route that says it takes one (route_options::upgrade): the
  /// connection becomes a socket, and `session` runs on it. In its place 429 or 503 is answered when too many are open.
  static response with_socket(socket_session session, socket_options options = {});

  /// Replaces an earlier field of the same name; Set-Cookie is added to those that are there. Throws
  /// std::invalid_argument when name or value would break out of the header (CR, LF, NUL, other control characters),
  /// and for the fields that only the connection may write: Content-Length, Transfer-Encoding, Connection, Date,
  /// X-Request-Id.
  response& set(std::string_view name, std::string_view value);

  /// Whole header lines, each with its CRLF, for fields of our own that come with every answer: they cost one piece of
  /// memory, and nothing is checked or found again. Never anything that came from outside.
  response& add_lines(std::string lines) {
    if (lines_.empty())
      lines_ = std::move(lines);
    else
      lines_ += lines;
    return *this;
  }

  unsigned status() const noexcept { return status_; }
  std::string_view content_type() const noexcept { return content_type_; }
  std::string_view body() const noexcept { return owns_body_ ? std::string_view(owned_body_) : static_body_; }
  bool has_secret_body() const noexcept { return secret_body_ != nullptr; }
  bool has_pieces() const noexcept { return pieces_ != nullptr; }
  const piece_source& pieces() const noexcept { return *pieces_; }
  bool has_socket() const noexcept { return socket_ != nullptr; }
  const std::shared_ptr<const socket_upgrade>& socket() const noexcept { return socket_; }
  const std::vector<header>& headers() const noexcept { return headers_; }
  std::string_view lines() const noexcept { return lines_; }
  std::string_view find(std::string_view name) const noexcept;  ///< Empty when absent.

  /// The connection is closed after this answer.
  response& close() noexcept;
  bool closes() const noexcept { return closes_; }

 private:
  unsigned status_;
  std::string_view content_type_;
  std::string owned_body_;
  std::string_view static_body_;
  std::shared_ptr<const base::secret_bytes> secret_body_;
  std::shared_ptr<const piece_source> pieces_;
  std::shared_ptr<const socket_upgrade> socket_;
  bool owns_body_ = false;
  bool closes_ = false;
  std::vector<header> headers_;
  std::string lines_;
};

}  // namespace kontor::http
