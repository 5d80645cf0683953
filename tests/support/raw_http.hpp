// A client that writes exactly the bytes it is given and reads answers strictly: for what no well-behaved client would
// send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::test {

struct raw_response {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
  std::string body;

  /// Empty when absent; of several, the first.
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
  std::size_t count(std::string_view name) const {
    const auto same = [name](const auto& field) { return field.first == name; };
    return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), same));
  }
};

/// Throws std::runtime_error when an answer is not well-formed HTTP/1.1, or when nothing comes for `patience`.
class raw_client {
 public:
  static constexpr std::chrono::milliseconds patience{20'000};

  explicit raw_client(std::uint16_t port, const char* address = "127.0.0.1") : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (fd_ < 0) throw std::runtime_error("socket");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &to.sin_addr);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
      close();
      throw std::runtime_error("connect");
    }
  }
  ~raw_client() { close(); }
  raw_client(raw_client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}
  raw_client& operator=(raw_client&&) = delete;

  /// True when all bytes were taken; false when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void half_close() { ::shutdown(fd_, SHUT_WR); }

  /// Ends the connection with a reset.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  /// The next answer; nullopt when the server closed the connection before its first byte.
  std::optional<raw_response> read(std::string_view method = "GET") {
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (fill()) continue;
      if (received_.empty()) return std::nullopt;
      throw std::runtime_error("closed within a header section: " + received_);
    }
    auto out = parse_head(std::string_view(received_).substr(0, end + 2));
    received_.erase(0, end + 4);
    const bool bodiless = method == "HEAD" || out.status < 200 || out.status == 204 || out.status == 304;
    if (bodiless) return out;
    if (out.count("content-length") != 1) throw std::runtime_error("an answer without one Content-Length");
    const std::size_t length = std::stoul(out.header("content-length"));
    while (received_.size() < length)
      if (!fill()) throw std::runtime_error("closed within a body");
    out.body = received_.substr(0, length);
    received_.erase(0, length);
    return out;
  }

  /// The status line and the header section of the next answer. Throws when the connection ends before.
  raw_response read_head() {
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!fill()) throw std::runtime_error("closed within a header section: " + received_);
    auto out = parse_head(std::string_view(received_).substr(0, end + 2));
    received_.erase(0, end + 4);
    return out;
  }

  /// The next line without its end; nullopt when the connection ends before.
  std::optional<std::string> read_line() {
    std::size_t end;
    while ((end = received_.find("\r\n")) == std::string::npos)
      if (!fill()) return std::nullopt;
    auto line = received_.substr(0, end);
    received_.erase(0, end + 2);
    return line;
  }

  /// So many bytes, or fewer when the connection ends before.
  std::string read_bytes(std::size_t size) {
    while (received_.size() < size && fill()) {
    }
    auto bytes = received_.substr(0, size);
    received_.erase(0, size);
    return bytes;
  }

  struct rest {
    std::string body;
    bool was_reset = false;
  };
  /// All that still comes, and how it ended.
  rest read_to_end() {
    while (fill()) {
    }
    return {std::exchange(received_, {}), was_reset_};
  }

  /// Sends and reads one answer.
  raw_response ask(std::string_view bytes, std::string_view method = "GET") {
    send(bytes);
    auto answer = read(method);
    if (!answer) throw std::runtime_error("closed without an answer");
    return std::move(*answer);
  }

  /// Waits for the server to close; true when not one byte more came before that.
  bool is_closed() {
    if (!received_.empty()) return false;
    return !fill();
  }

  /// Is there something to read, or the end, at this moment?
  bool is_readable() const {
    pollfd ready{fd_, POLLIN, 0};
    return !received_.empty() || ::poll(&ready, 1, 0) > 0;
  }

 private:
  static raw_response parse_head(std::string_view head) {
    raw_response out;
    const auto line_end = head.find("\r\n");
    const auto line = head.substr(0, line_end);
    if (line.size() < 13 || !line.starts_with("HTTP/1.1 ") || line[12] != ' ')
      throw std::runtime_error("bad status line: " + std::string(line));
    out.status = static_cast<unsigned>(std::stoul(std::string(line.substr(9, 3))));
    head.remove_prefix(line_end + 2);
    while (!head.empty()) {
      const auto end = head.find("\r\n");
      const auto field = head.substr(0, end);
      const auto colon = field.find(": ");
      if (colon == std::string_view::npos || colon == 0 || field.find_first_of("\r\n") != std::string_view::npos)
        throw std::runtime_error("bad field: " + std::string(field));
      std::string name(field.substr(0, colon));
      for (auto& c : name)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      out.headers.emplace_back(std::move(name), std::string(field.substr(colon + 2)));
      head.remove_prefix(end + 2);
    }
    return out;
  }

  // False at the end of the stream; a reset is an end, too.
  bool fill() {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) throw std::runtime_error("nothing came");
    char part[16 * 1024];
    const auto got = ::recv(fd_, part, sizeof part, 0);
    if (got < 0) was_reset_ = true;
    if (got <= 0) return false;
    received_.append(part, static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  std::string received_;
  bool was_reset_ = false;
};

}  // namespace kontor::test
