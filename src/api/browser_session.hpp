// How a browser keeps its refresh token: in a cookie that no script can read, which only the auth routes look at, and
// only when the request comes from our own pages.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_service.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::api {

struct browser_settings {
  std::string public_url;                  ///< The origin users see; empty: whatever the Host field says.
  std::vector<std::string> other_origins;  ///< Further origins whose pages may use the cookie (CORS_ORIGINS).
};

class browser_session {
 public:
  explicit browser_session(browser_settings settings);

  /// Puts the refresh token into the answer.
  void keep(http::response& answer, const session::signed_in& signed_in) const;
  /// Takes it out of the browser.
  void forget(http::response& answer) const;
  /// The token that came with the request, if one did.
  std::optional<base::secret_bytes> token_of(const http::request& in) const;

  /// errc::forbidden, type `origin-not-allowed`, when a browser says that a foreign page sends this (ASVS 3.5.3): by
  /// its Origin, or, where there is none, by Sec-Fetch-Site. A program sends neither.
  base::result<void> check_origin(const http::request& in) const;

 private:
  bool is_our_origin(std::string_view origin, const http::request& in) const;

  const browser_settings settings_;
  const bool secure_;
  const std::string name_;
};

}  // namespace kontor::api
