// A WebSocket as the program sees it: messages come in one after the other, texts go out through a bounded outbox.
#pragma once

#include "async/awaitable.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {

/// Why a socket is closed (RFC 6455 section 7.4 and the registry of IANA). 4000 to 4999 are the program's own:
/// `close_code{4401}`.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,        ///< The server stops.
  unsupported_data = 1003,  ///< A binary message to a session that takes none.
  bad_payload = 1007,       ///< A text that is not UTF-8.
  policy_violation = 1008,
  too_big = 1009,          ///< A message over limits::socket_message.
  internal_error = 1011,   ///< A session failed.
  try_again_later = 1013,  ///< The client reads too slowly, or the server cannot serve it now.
};

enum class message_kind : std::uint8_t { text, binary };

struct socket_message {
  message_kind kind = message_kind::text;
  std::string data;  ///< A text is well-formed UTF-8.
};

/// May be kept for as long as one likes: when its connection is gone, it takes nothing any more.
class web_socket {
 public:
  virtual ~web_socket() = default;

  /// The client's next message; nullopt when there will be none, because either side closed the socket or it broke off.
  /// For the session alone, on its loop, one call at a time. Pings, pongs and the client's closing are seen only while
  /// somebody waits here, and a socket that nobody listens to is not held to answer pings. Cancelling it ends the
  /// socket.
  virtual async::awaitable<std::optional<socket_message>> receive() = 0;

  /// Puts a message behind those that wait; many sockets may be given the same text. False: the socket is closing, or
  /// closes now because its outbox is full (limits::socket_outbox, limits::socket_outbox_frames): a client that
  /// reads so slowly is dropped with 1013. From any thread. A text must be UTF-8, and no message larger than a whole
  /// outbox.
  virtual bool send(std::shared_ptr<const std::string> data, message_kind kind = message_kind::text) = 0;

  /// Waits until the outbox is empty, for a session that has more to send than it holds. False: the socket is closing.
  /// For the session alone, while it does not wait in `receive`.
  virtual async::awaitable<bool> sent() = 0;

  /// Closes the socket behind what was given to `send` before; of several calls the first one counts. The connection is
  /// gone within a second (limits::socket_close_time), whatever the client does. `reason`: UTF-8 for people who look
  /// for a fault, never a secret; cut at 123 bytes. From any thread.
  virtual void close(close_code code, std::string_view reason = {}) = 0;

  /// Is it closing, or gone? From any thread.
  virtual bool is_closing() const = 0;
};

/// What is done with a socket, on its loop. When it returns, the socket is closed with 1000; when it throws, with 1011.
/// Owned by the server: its end cancels it. It owns all it uses: the request is there no longer than its handler.
using socket_session = std::function<async::awaitable<void>(std::shared_ptr<web_socket>)>;

struct socket_options {
  enum class binary_messages {
    refused,  ///< With 1003.
    taken,
  } binary = binary_messages::refused;
};

}  // namespace kontor::http
