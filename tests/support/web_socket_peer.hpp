// The server's side of a WebSocket on a connection of a web_server: reads strictly, and writes what a test wants.
#pragma once

#include "tests/support/web_server.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::test {

/// On the thread of its connection; `say` and `write` from any other as well, one at a time.
class web_socket_peer {
 public:
  /// Takes the handshake (RFC 6455 section 4.2.2). Throws std::runtime_error when it is none.
  web_socket_peer(const web_server::request& asked, web_server::connection& over);

  /// The next text, which came in one frame; nullopt when the other side has gone, with or without a close frame (which
  /// is answered). Pings are answered. Throws when a frame is not masked or of no such kind.
  std::optional<std::string> read();
  bool say(std::string_view text);
  /// A frame of any kind: 1 text, 2 binary, 8 close, 9 ping.
  bool write(std::uint8_t kind, std::string_view payload);
  /// Did the other side say good-bye before it went?
  bool was_closed() const noexcept { return was_closed_; }

 private:
  bool fill(std::size_t count);

  web_server::connection& over_;
  std::string received_;
  bool was_closed_ = false;
};

}  // namespace kontor::test
