// A sign-in that lasts, as the rest of the program sees it: one row per login, with what its owner may know of it.
#pragma once

#include "account/user.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "mail/language.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <string>

namespace kontor::session {

/// What is known of the program that asks.
struct client_info {
  std::string address;               ///< As http::request::client says.
  std::string device;                ///< `device_name` of its User-Agent.
  std::string request_id;            ///< For the audit log.
  boost::asio::ip::address ip = {};  ///< `address`, for counting.
  std::string device_mark = {};      ///< What its browser kept to be recognised by (throttle::known_devices), or empty.
  mail::language language = mail::language::english;  ///< Of the mails that it causes.
};

struct session_info {
  base::session_id id;
  base::user_id owner;
  std::string device;
  std::string address;  ///< Of the last use.
  base::timestamp created_at;
  base::timestamp last_used_at;  ///< The sign-in or the last refresh.
  base::timestamp proved_at;     ///< When a password or a code was last asked for and right.
  bool second_factor = false;    ///< A second factor was part of the sign-in.
  /// The account's security epoch when the session was opened: once the account's is another, the session is over.
  std::int64_t epoch = 0;
  base::timestamp idle_expires_at;
  base::timestamp expires_at;  ///< The end in any case.
};

/// Who asks, as of now: the account behind a live session.
struct identity {
  account::user owner;
  session_info session;
  bool has_second_factor = false;  ///< The account has one that is on.
};

struct session_settings {
  std::chrono::seconds idle_life = std::chrono::days(7);  ///< Without a refresh the session ends.
  std::chrono::seconds life = std::chrono::days(30);      ///< In all, however often it is refreshed.
  std::chrono::seconds grace{10};                         ///< How long a spent refresh token gives the same successor.
  std::chrono::seconds proof_life = std::chrono::minutes(10);  ///< How long a proof allows what needs one.
};

}  // namespace kontor::session
