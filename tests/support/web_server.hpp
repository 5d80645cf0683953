// A small web server on loopback for tests of what the program asks others: plain or with TLS, a thread for each
// connection, and as ill-behaved as its handler makes it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kontor::test {

/// A certificate and its key, both as PEM.
struct identity {
  std::string certificate;
  std::string key;
};

/// An authority of its own, made anew, and what it vouches for.
class authority {
 public:
  authority();
  ~authority();
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;

  std::string certificate() const;
  enum class age { valid, expired };
  /// For hosts and IPv4 addresses.
  identity issue(const std::vector<std::string>& names, age how_old = age::valid) const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

class web_server {
 public:
  struct request {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
  };

  class connection {
   public:
    virtual ~connection() = default;
    /// False when the other side has gone.
    virtual bool write(std::string_view bytes) = 0;
    /// Blocks until something comes; how much it is, 0 or less at the end.
    virtual long read(char* into, std::size_t size) = 0;
    /// Blocks until the other side closes, or the server ends.
    virtual void wait_for_end() = 0;
    /// Ends it, from any thread, as long as its handler runs.
    virtual void cut() = 0;
  };

  /// Answers one request; the connection goes on when true is returned, and is cut else.
  using handler = std::function<bool(const request&, connection&)>;

  struct settings {
    const identity* tls = nullptr;  ///< nullptr: plain HTTP.
    const char* address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: a free one.
  };

  explicit web_server(handler answer) : web_server(std::move(answer), settings()) {}
  web_server(handler answer, const settings& how);
  ~web_server();
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  std::string origin(std::string_view host = "127.0.0.1") const;

  /// How many connections were accepted, and what was asked on them so far.
  std::size_t connections() const noexcept { return connections_.load(); }
  std::vector<request> requests() const;
  /// Blocks until so many requests have come.
  void wait_for_requests(std::size_t count) const;

  static std::string answer(int status, std::string_view body, std::string_view more_headers = {});

 private:
  class plain;
  class encrypted;
  void accept();
  void serve(int fd);

  const handler handler_;
  void* tls_ = nullptr;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<request> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace kontor::test
