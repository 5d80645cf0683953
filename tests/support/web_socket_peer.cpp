#include "tests/support/web_socket_peer.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace kontor::test {

web_socket_peer::web_socket_peer(const web_server::request& asked, web_server::connection& over) : over_(over) {
  const auto key = asked.headers.find("sec-websocket-key");
  if (asked.method != "GET" || key == asked.headers.end()) throw std::runtime_error("no handshake");
  const auto text = key->second + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> base64{};
  const auto length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  over_.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      std::string(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)) + "\r\n\r\n");
}

bool web_socket_peer::fill(std::size_t count) {
  while (received_.size() < count) {
    std::array<char, 4096> part;
    const auto got = over_.read(part.data(), part.size());
    if (got <= 0) return false;
    received_.append(part.data(), static_cast<std::size_t>(got));
  }
  return true;
}

std::optional<std::string> web_socket_peer::read() {
  while (true) {
    if (!fill(2)) return std::nullopt;
    const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(received_[at]); };
    const auto kind = byte(0) & 0x0f;
    std::size_t length = byte(1) & 0x7f;
    if ((byte(1) & 0x80) == 0 || (byte(0) & 0xf0) != 0x80) throw std::runtime_error("a frame that no client writes");
    std::size_t head = 2;
    if (length > 125) {
      const std::size_t more = length == 126 ? 2 : 8;
      if (!fill(2 + more)) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < more; ++i)
        length = length << 8 | byte(2 + i);
      head += more;
    }
    if (!fill(head + 4 + length)) return std::nullopt;
    auto payload = received_.substr(head + 4, length);
    for (std::size_t i = 0; i < length; ++i)
      payload[i] = static_cast<char>(payload[i] ^ received_[head + i % 4]);
    received_.erase(0, head + 4 + length);
    if (kind == 1) return payload;
    if (kind == 8) {
      was_closed_ = true;
      write(8, payload);
      return std::nullopt;
    }
    if (kind == 9) write(10, payload);
  }
}

bool web_socket_peer::say(std::string_view text) {
  return write(1, text);
}

bool web_socket_peer::write(std::uint8_t kind, std::string_view payload) {
  std::string out(1, static_cast<char>(0x80 | kind));
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else {
    const int bytes = payload.size() < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; --i)
      out += static_cast<char>(payload.size() >> (8 * i) & 0xff);
  }
  return over_.write(out.append(payload));
}

}  // namespace kontor::test
