// WebSockets to servers outside (RFC 6455). libcurl makes the connection, so that they go by the same addresses, proxy
// and certificates as questions by HTTPS; Beast speaks over it, in the source of this header alone (decision 10).
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "outbound/https_client.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace kontor::outbound {

/// A socket that is open. On the loop of its client. One read and one write at a time.
class web_socket {
 public:
  /// Cuts the connection. Nobody may be reading or writing.
  virtual ~web_socket() = default;

  /// Waits for the next message, which is a text. Pings are answered meanwhile. Errors are the end of it:
  /// errc::unavailable, type `stopped` (it was cut or closed), `answer-too-large`, `answer-broken`.
  virtual async::awaitable<base::result<std::string>> read() = 0;
  virtual async::awaitable<base::result<void>> write(std::string text) = 0;

  /// Says good-bye with 1000 and cuts after a second at the latest. Nobody may be writing; whoever reads is told
  /// `stopped`.
  virtual async::awaitable<void> close() = 0;
  /// At once, without a word: whoever reads or writes is told `stopped`.
  virtual void cut() noexcept = 0;
};

struct web_socket_limits {
  std::chrono::milliseconds connect{10'000};    ///< The name, the connection, TLS.
  std::chrono::milliseconds handshake{10'000};  ///< From there to the 101.
  std::size_t message = 1024 * 1024;            ///< Bytes of one message; a larger one ends the socket.
};

class web_socket_client {
 public:
  /// Of the settings, the proxy, the authorities and the resolver are used.
  web_socket_client(boost::asio::io_context& loop, https_client_settings settings, egress_policy policy,
                    web_socket_limits limits = {});
  /// After its sockets; on its loop, or when that does not run any more.
  ~web_socket_client();
  web_socket_client(const web_socket_client&) = delete;
  web_socket_client& operator=(const web_socket_client&) = delete;

  boost::asio::io_context& loop() noexcept { return loop_; }

  /// To be called on the loop. `url` begins with https for wss and with http for ws; see parse_socket_url. Cancelling
  /// the coroutine gives up. errc::invalid_input or errc::unavailable, with the types of https_client::send;
  /// `answer-broken` when there is no WebSocket.
  async::awaitable<base::result<std::unique_ptr<web_socket>>> connect(web_url url, url_trust trust);

 private:
  boost::asio::io_context& loop_;
  const https_client_settings settings_;
  const egress_policy policy_;
  const web_socket_limits limits_;
};

/// `wss://…` or `ws://…`, by the rules of parse_web_url, as the address in `https` or `http` that it stands on (RFC
/// 6455 section 3). errc::invalid_input as there.
base::result<web_url> parse_socket_url(std::string_view text);
/// The address of a socket as it is written.
std::string socket_text(const web_url& url);

}  // namespace kontor::outbound
