// libcurl's multi interface, driven by an Asio loop: libcurl says which sockets and which moment it waits for, Asio
// waits.
#pragma once

#include "async/awaitable.hpp"
#include "outbound/curl_library.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>

namespace kontor::outbound {

/// All calls are made on the loop, or when it does not run any more.
class curl_loop {
 public:
  /// What becomes of a handle whose transfer has ended. One that only connected loses its connection when it is
  /// removed.
  enum class at_end { remove, keep };

  /// `ended` is called on the loop when a transfer has ended, and may add its handle again or destroy it, if it was
  /// removed.
  curl_loop(boost::asio::io_context& loop, std::function<void(CURL*, CURLcode)> ended, at_end rule = at_end::remove);
  /// Every handle that was added must have been removed.
  ~curl_loop();
  curl_loop(const curl_loop&) = delete;
  curl_loop& operator=(const curl_loop&) = delete;

  /// Never calls `ended` itself.
  void add(CURL* handle);
  /// Ends its transfer, if it has one, without a word. Not from a callback of libcurl.
  void remove(CURL* handle) noexcept;

  /// For libcurl.
  void watch(curl_socket_t socket, int what);
  void set_timer(long milliseconds);

 private:
  struct watched;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

  void wait_on(const std::shared_ptr<watched>& which);
  void act(curl_socket_t socket, int what);

  boost::asio::io_context& loop_;
  std::function<void(CURL*, CURLcode)> ended_;
  const at_end rule_;
  std::map<curl_socket_t, std::shared_ptr<watched>> watched_;
  timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // handlers that were called too late see false
  CURLM* multi_ = nullptr;
};

}  // namespace kontor::outbound
