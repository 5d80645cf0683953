// Questions to servers outside, by HTTPS (and HTTP where that is allowed), with libcurl on an Asio loop.
#pragma once

#include "async/awaitable.hpp"
#include "outbound/web_message.hpp"
#include "outbound/web_stream.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kontor::outbound {

struct https_client_settings {
  std::size_t at_once = 256;          ///< Questions at a time; those beyond are refused.
  std::size_t at_once_per_owner = 8;  ///< Of one owner. Questions without an owner are the program's own.
  /// The operator's proxy, as an URL; empty: none. What the environment says about proxies is not asked. With one, the
  /// proxy looks up the names: it has to keep users' addresses out of the networks it reaches. Addresses that do not
  /// lie in the open Internet are asked without it.
  std::string proxy;
  std::string trusted_ca_pem;  ///< Authorities to be trusted instead of those of the system; empty: those.
  /// Answers in the place of the system's resolver; an empty answer: no such host. For tests.
  std::function<std::vector<std::string>(const std::string& host, std::uint16_t port)> resolve;
};

/// `pem` behind the authorities that the system trusts, for `trusted_ca_pem`; alone when there are none.
std::string with_system_authorities(std::string pem);

/// Thread-safe. Connections, and what was looked up, live on one loop; whoever asks may be on any other.
class https_client {
 public:
  /// Throws std::runtime_error when libcurl cannot be started.
  https_client(boost::asio::io_context& loop, https_client_settings settings, egress_policy policy);
  /// On its loop, or when that does not run any more. Whoever still waits is answered with type `stopped`.
  ~https_client();
  https_client(const https_client&) = delete;
  https_client& operator=(const https_client&) = delete;

  /// Asks and waits for the whole answer; whatever its status, an answer is a success. Resumes on the caller's loop.
  ///
  /// - The policy is asked about the address, about each network address before it is connected to and again before
  ///   anything is sent over the connection, and all that for each redirect.
  /// - `credentials` are sent to their own origin only: a request to another one is refused, and a redirect to another
  ///   one is followed without them. A redirect from https to http is not followed.
  /// - TLS 1.2 or later, with the certificate and its name verified.
  /// - Cancelling the coroutine ends the transfer.
  ///
  /// errc::invalid_input when the request must not be sent, errc::too_many_requests when its owner has too many at a
  /// time, errc::overloaded when everybody together has; else errc::unavailable with a type of transfer_failure.
  async::awaitable<base::result<web_response>> send(web_request request);

  /// The same, but waits only for the first piece of the body (or for the end of an empty one); the rest is taken out
  /// of the stream. `on_body` is not used. Ends before the client does.
  async::awaitable<base::result<std::unique_ptr<web_stream>>> open(web_request request);

  const egress_policy& policy() const noexcept;

 private:
  class impl;
  class streamed;
  std::shared_ptr<impl> impl_;
};

}  // namespace kontor::outbound
