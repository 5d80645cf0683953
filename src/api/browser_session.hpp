// What a browser keeps for us, in cookies that no script can read and only the auth routes look at: its refresh token,
// which counts only when the request comes from our own pages, and the mark by which it is known when it signs in.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_service.hpp"
#include "throttle/known_device.hpp"

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
  /// The others must outlive it.
  browser_session(browser_settings settings, const throttle::known_devices& devices, const base::clock& clock);

  /// Puts the refresh token into the answer.
  void keep(http::response& answer, const session::signed_in& signed_in) const;
  /// Takes it out of the browser.
  void forget(http::response& answer) const;
  /// After a complete sign-in: the browser is known from now on. One that is known already keeps its name.
  void mark_device(http::response& answer, const http::request& in, const session::signed_in& signed_in) const;
  /// Who sends a request, with what its browser is known by.
  session::client_info client_of(const http::request& in) const;
  /// The token that came with the request, if one did.
  std::optional<base::secret_bytes> token_of(const http::request& in) const;

  /// errc::forbidden, type `origin-not-allowed`, when a browser says that a foreign page sends this (ASVS 3.5.3, see
  /// http::origin_allowed).
  base::result<void> check_origin(const http::request& in) const;

 private:
  const browser_settings settings_;
  const throttle::known_devices& devices_;
  const base::clock& clock_;
  const bool secure_;
  const std::string token_name_;
  const std::string device_name_;
};

}  // namespace kontor::api
