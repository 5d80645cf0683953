#include "api/browser_session.hpp"

#include "api/client.hpp"
#include "http/cookies.hpp"
#include "http/origin.hpp"

namespace kontor::api {

// The prefix makes browsers refuse the cookie unless it is Secure, for this host alone and for every path (RFC 6265bis
// section 4.1.3.2); over plain HTTP it cannot be had.
browser_session::browser_session(browser_settings settings, const throttle::known_devices& devices,
                                 const base::clock& clock)
    : settings_(std::move(settings)),
      devices_(devices),
      clock_(clock),
      secure_(settings_.public_url.starts_with("https://")),
      token_name_(secure_ ? "__Host-kontor_refresh" : "kontor_refresh"),
      device_name_(secure_ ? "__Host-kontor_device" : "kontor_device") {}

void browser_session::keep(http::response& answer, const session::signed_in& signed_in) const {
  answer.set("Set-Cookie", http::set_cookie({.name = token_name_,
                                             .value = signed_in.refresh_token.text(),
                                             .max_age = signed_in.refresh_expires_in,
                                             .secure = secure_}));
}

void browser_session::forget(http::response& answer) const {
  answer.set("Set-Cookie", http::set_cookie({.name = token_name_, .value = "", .secure = secure_}));
}

void browser_session::mark_device(http::response& answer, const http::request& in,
                                  const session::signed_in& signed_in) const {
  const auto now = clock_.now();
  const throttle::device_owner owner{signed_in.owner.id, signed_in.owner.security_epoch};
  const auto known = devices_.check(http::find_cookie(in, device_name_).value_or(""), owner, now);
  const auto mark = devices_.make(owner, known ? *known : throttle::device_id::random(), now);
  answer.set("Set-Cookie",
             http::set_cookie(
                 {.name = device_name_, .value = mark, .max_age = throttle::known_devices::life, .secure = secure_}));
}

session::client_info browser_session::client_of(const http::request& in) const {
  auto client = api::client_of(in);
  client.device_mark = http::find_cookie(in, device_name_).value_or("");
  return client;
}

std::optional<base::secret_bytes> browser_session::token_of(const http::request& in) const {
  const auto value = http::find_cookie(in, token_name_);
  if (!value || value->empty()) return std::nullopt;
  return base::secret_bytes(*value);
}

base::result<void> browser_session::check_origin(const http::request& in) const {
  if (http::origin_allowed(in, settings_.public_url, settings_.other_origins)) return {};
  return base::error{base::errc::forbidden, "origin-not-allowed", "", "a request with a cookie from another origin"};
}

}  // namespace kontor::api
