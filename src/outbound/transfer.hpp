// One question on its way, over all its redirects: what libcurl is told, and what it is answered when it asks back.
#pragma once

#include "async/completion.hpp"
#include "outbound/curl_library.hpp"
#include "outbound/https_client.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// On the loop of its client. Add handle() to libcurl after begin(), and again whenever ended() says nothing.
class transfer {
 public:
  using clock = std::chrono::steady_clock;

  /// The settings and the policy must outlive it.
  transfer(web_request request, const https_client_settings& settings, const egress_policy& policy);

  CURL* handle() const noexcept { return handle_.get(); }
  const std::string& owner() const noexcept { return request_.owner; }

  /// Prepares the first hop. Errors as https_client::send.
  base::result<void> begin();

  /// What has become of it; nullopt: it was redirected, and the next hop is prepared.
  std::optional<base::result<web_response>> ended(CURLcode code);

  /// When it has to have moved on. It moves later with every piece that comes, which nobody is told.
  clock::time_point due() const noexcept { return std::min(whole_until_, phase_until_); }
  /// The same for whoever waits until then: `on_earlier` is called, perhaps from within libcurl, when that moment
  /// becomes earlier than what this told last.
  clock::time_point look_again_at() noexcept { return told_ = due(); }
  void tell_when_earlier(std::function<void()> on_earlier) { on_earlier_ = std::move(on_earlier); }

  /// After `on_body` asked for a pause; without effect otherwise. May call `on_body` itself. Anything but CURLE_OK: the
  /// transfer has ended by that.
  CURLcode resume();

  /// For libcurl: none throws.
  curl_socket_t open_socket(const curl_sockaddr& address) noexcept;
  bool may_use_connection(const char* address) noexcept;
  std::size_t take_head(std::string_view line) noexcept;
  std::size_t take_body(std::string_view piece) noexcept;

 private:
  base::result<void> prepare();
  base::result<void> add_headers();
  void add_line(std::string_view name, std::string_view value);
  base::result<void> tell_addresses();
  bool uses_proxy() const;
  void end_of_head();
  void has_until(clock::time_point phase_end);
  bool is_redirect() const;
  std::optional<base::error> next_hop();
  base::error failure_of(CURLcode code) const;

  // One line of the head, in memory that is wiped. libcurl keeps a pointer to the node.
  struct line {
    base::secret_bytes text;
    curl_slist node;
  };

  web_request request_;
  const https_client_settings& settings_;
  const egress_policy& policy_;
  easy handle_;
  std::deque<line> lines_;
  list addresses_;
  std::array<char, CURL_ERROR_SIZE> words_{};

  web_response response_;
  std::size_t head_size_ = 0;
  std::size_t body_size_ = 0;
  bool head_ended_ = false;
  bool follows_ = false;    // this answer is a redirect that is followed
  bool is_paused_ = false;  // no piece is taken
  bool is_held_ = false;    // and libcurl holds one
  unsigned opened_ = 0;
  std::string refused_address_;  // and its range, when the policy refused it
  std::string_view why_;         // the type of the failure that we caused ourselves
  clock::time_point whole_until_;
  clock::time_point phase_until_;
  clock::time_point told_ = clock::time_point::min();
  std::function<void()> on_earlier_;
};

}  // namespace kontor::outbound
