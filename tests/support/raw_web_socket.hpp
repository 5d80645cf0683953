// A WebSocket client that writes exactly the frames it is told to and reads the server's strictly: for what no
// well-behaved client would send.
#pragma once

#include "tests/support/raw_http.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::test {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct frame_form {
  bool fin = true;
  std::uint8_t rsv = 0;  ///< RSV1 is 4.
  bool masked = true;
};

/// The bytes of one frame. Control frames over 125 bytes and unknown opcodes are what the caller wants.
inline std::string frame(opcode what, std::string_view payload, frame_form form = {}) {
  std::string out;
  out += static_cast<char>((form.fin ? 0x80 : 0) | (form.rsv << 4) | static_cast<int>(what));
  const auto mask_bit = form.masked ? 0x80 : 0;
  const auto put_length = [&out](std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
      out += static_cast<char>((value >> (8 * i)) & 0xff);
  };
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() < 65'536) {
    out += static_cast<char>(mask_bit | 126);
    put_length(payload.size(), 2);
  } else {
    out += static_cast<char>(mask_bit | 127);
    put_length(payload.size(), 8);
  }
  if (!form.masked) return out.append(payload);
  constexpr std::string_view key = "\x37\xfa\x21\x3d";
  out.append(key);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(payload[i] ^ key[i % 4]);
  return out;
}

inline std::string close_payload(std::uint16_t code, std::string_view reason = {}) {
  std::string out;
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xff);
  return out.append(reason);
}

struct received_frame {
  opcode what = opcode::text;
  bool fin = true;
  std::string payload;

  /// Of a close frame; 1005 when it has none (RFC 6455 section 7.1.5).
  std::uint16_t code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<std::uint16_t>((static_cast<unsigned char>(payload[0]) << 8) |
                                      static_cast<unsigned char>(payload[1]));
  }
};

/// The handshake of RFC 6455 section 1.3.
inline std::string handshake(std::string_view target, std::string_view more = {}) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more) + "\r\n";
}

class raw_web_socket {
 public:
  /// Throws std::runtime_error when the server does not answer with 101.
  explicit raw_web_socket(raw_client client, std::string_view target, std::string_view more = {})
      : client_(std::move(client)) {
    client_.send(handshake(target, more));
    const auto answer = client_.read();
    if (!answer || answer->status != 101)
      throw std::runtime_error("no socket: " + (answer ? std::to_string(answer->status) : std::string("closed")));
  }

  raw_client& connection() { return client_; }

  bool send(std::string_view bytes) { return client_.send(bytes); }
  bool say(std::string_view text) { return send(frame(opcode::text, text)); }
  bool close(std::uint16_t code = 1000) { return send(frame(opcode::close, close_payload(code))); }

  /// The next frame; nullopt at the end. Throws when the server breaks the rules of RFC 6455 section 5.
  std::optional<received_frame> read() {
    const auto head = client_.read_bytes(2);
    if (head.empty()) return std::nullopt;
    if (head.size() < 2) throw std::runtime_error("closed within a frame");
    const auto first = static_cast<unsigned char>(head[0]);
    std::uint64_t length = static_cast<unsigned char>(head[1]);
    if ((first & 0x70) != 0) throw std::runtime_error("a reserved bit is set");
    if ((length & 0x80) != 0) throw std::runtime_error("a server's frame is masked");
    if (length > 125) {
      const bool is_long = length == 127;
      const auto more = client_.read_bytes(is_long ? 8 : 2);
      length = 0;
      for (const char byte : more)
        length = (length << 8) | static_cast<unsigned char>(byte);
      if (length < (is_long ? 65'536u : 126u)) throw std::runtime_error("a length is not in its shortest form");
    }
    received_frame out;
    out.fin = (first & 0x80) != 0;
    out.what = static_cast<opcode>(first & 0x0f);
    out.payload = client_.read_bytes(static_cast<std::size_t>(length));
    if (out.payload.size() != length) throw std::runtime_error("closed within a frame");
    return out;
  }

  /// The next message of one frame, whatever kind it is; other frames than those of messages are an error.
  std::string read_text() {
    auto next = read();
    if (!next) throw std::runtime_error("closed before a message");
    if (next->what != opcode::text || !next->fin) throw std::runtime_error("not one whole text");
    return std::move(next->payload);
  }

  /// Reads up to the server's close frame and gives its code, answers nothing; 1006 when the connection ends without.
  std::uint16_t read_code() {
    while (const auto next = read())
      if (next->what == opcode::close) return next->code();
    return 1006;
  }

 private:
  raw_client client_;
};

}  // namespace kontor::test
