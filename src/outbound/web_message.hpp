// One question to a server outside, and its answer.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "outbound/egress_policy.hpp"
#include "outbound/web_url.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::outbound {

/// How much of everything one question may take. Each limit is for the whole chain of redirects.
struct transfer_limits {
  std::chrono::milliseconds connect{10'000};     ///< For each hop: the name, the connection, TLS.
  std::chrono::milliseconds first_byte{30'000};  ///< From the connection to the end of the head.
  std::chrono::milliseconds idle{60'000};        ///< Between two pieces of the body.
  std::chrono::milliseconds whole{120'000};
  std::chrono::milliseconds first_piece{0};  ///< From the head to the first piece of the body; 0: as `idle`.
  std::size_t head = 32 * 1024;
  std::size_t body = 4 * 1024 * 1024;
};

struct secret_header {
  std::string name;
  base::secret_bytes value;
};

/// What proves who we are, and where alone it may go.
struct web_credentials {
  std::string origin;  ///< web_url::origin() of the place it was given for.
  std::vector<secret_header> headers;
};

struct web_response {
  long status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case, in the order they came.
  std::string body;                                          ///< Empty when `on_body` took it.

  /// Empty when absent; of several, the first.
  std::string_view header(std::string_view lower_case_name) const noexcept;
};

/// What whoever gets a body piece by piece wants next.
enum class body_flow {
  go_on,
  pause,  ///< This piece was taken; no other before the request is resumed. The other side has to wait, too.
  stop,   ///< Ends the transfer with type `stopped`.
};

enum class http_version {
  best,
  one,  ///< HTTP/1.1: a connection for this request alone, which is closed when the request is ended before its end.
};

struct web_request {
  std::string method = "GET";
  web_url url;
  url_trust trust = url_trust::user_given;
  /// Nothing secret: where a redirect leads to another origin, only `accept` goes with it.
  std::vector<std::pair<std::string, std::string>> headers = {};
  web_credentials credentials = {};
  std::string body = {};
  std::string owner = {};  ///< For whom this is asked; the number of questions at a time is bounded for each.
  unsigned redirects = 0;  ///< How many are followed; of GET and HEAD only. Those beyond are answers like others.
  transfer_limits limits = {};
  http_version version = http_version::best;
  /// Ends with an answer without a status once the connection stands, which the handle keeps for whoever speaks over
  /// it. For web_socket_client alone.
  bool only_connects = false;
  /// Gets the body piece by piece, with the head that it belongs to, on the loop of the client. Must not throw or
  /// block. With https_client::send it cannot pause: nobody could resume.
  std::function<body_flow(const web_response& head, std::string_view piece)> on_body = {};
};

/// Types of errors of https_client::send; all but the first two have errc::unavailable.
namespace transfer_failure {
inline constexpr std::string_view address_refused = "address-refused";              ///< errc::invalid_input
inline constexpr std::string_view credentials_elsewhere = "credentials-elsewhere";  ///< errc::invalid_input
inline constexpr std::string_view host_not_found = "host-not-found";
inline constexpr std::string_view not_connected = "not-connected";
inline constexpr std::string_view tls_failed = "tls-failed";
inline constexpr std::string_view timed_out = "timed-out";
inline constexpr std::string_view answer_too_large = "answer-too-large";
inline constexpr std::string_view answer_broken = "answer-broken";
inline constexpr std::string_view stopped = "stopped";
}  // namespace transfer_failure

/// errc::unavailable with one of these types.
inline base::error transfer_failed(std::string_view type, std::string detail, std::string internal_detail) {
  return {base::errc::unavailable, std::string(type), std::move(detail), std::move(internal_detail)};
}

}  // namespace kontor::outbound
