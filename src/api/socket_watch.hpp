// Looks after all open sockets of the program: ends those whose session is over, and lets the quiet ones hear a ping.
#pragma once

#include "account/account_settings.hpp"
#include "run/hub.hpp"
#include "session/session_service.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>

namespace kontor::api {

/// A socket as the watch sees it. Called from its loop; never waits and never throws.
class watched_socket {
 public:
  virtual ~watched_socket() = default;
  virtual const base::session_id& session() const noexcept = 0;
  /// The session has the factors that are demanded now.
  virtual bool has_factors(account::second_factor_for demanded) const noexcept = 0;
  /// Its session is over: it is closed with 4401.
  virtual void end_session() noexcept = 0;
  /// Whether its session is over cannot be said: it is closed with 1013, and may come back.
  virtual void end_unknown() noexcept = 0;
  /// When something was said to it last.
  virtual std::chrono::steady_clock::time_point last_heard() const noexcept = 0;
  virtual void hear_ping(const run::frame& ping) noexcept = 0;
};

struct socket_watch_settings {
  /// How often the sessions are looked at. A revocation bites within a second, whoever made it.
  std::chrono::milliseconds look_every{400};
  /// So long without an answer of the database, and nobody hears anything any more: what may be revoked is not shown.
  std::chrono::milliseconds longest_unknown{5000};
  std::chrono::seconds ping_after{30};
};

/// Thread-safe. One question to the database for all sockets, however many they are.
class socket_watch {
 public:
  /// All outlive the loop that start() is given.
  socket_watch(session::session_service& sessions, const account::settings_source& rules, const base::clock& clock,
               socket_watch_settings settings = {});
  ~socket_watch();
  socket_watch(const socket_watch&) = delete;
  socket_watch& operator=(const socket_watch&) = delete;

  /// Begins, on this loop.
  void start(boost::asio::io_context& loop);
  /// Ends, from outside the loop, which must still run. Safe to call twice, and without start().
  void stop();

  void add(std::shared_ptr<watched_socket> which);
  void remove(const watched_socket& which);

 private:
  struct work;
  std::shared_ptr<work> work_;
};

}  // namespace kontor::api
