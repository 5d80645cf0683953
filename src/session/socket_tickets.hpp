// Tickets for sockets: what stands in the address of a socket in place of a token, because addresses end up in logs
// (ASVS 14.2.1, RFC 9700 section 4.3.2). Of 256 bits, good once, for half a minute, as long as its session.
#pragma once

#include "base/secret_bytes.hpp"
#include "session/session_service.hpp"
#include "sql/database.hpp"

#include <chrono>
#include <string_view>

namespace kontor::session {

inline constexpr std::chrono::seconds ticket_life{30};

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class socket_tickets {
 public:
  /// Both outlive it.
  socket_tickets(sql::database& database, session_service& sessions, const base::clock& clock)
      : database_(database), sessions_(sessions), clock_(clock) {}

  /// 43 characters of base64url; what is stored is their SHA-256. errc::unauthenticated, type `session-ended`, when the
  /// session has ended meanwhile.
  async::awaitable<base::result<base::secret_bytes>> issue(identity by);

  /// Uses it up, and tells who it is of, as of now. errc::unauthenticated, type `invalid-token`: it was used, has
  /// expired, never was, or its session is over.
  async::awaitable<base::result<identity>> redeem(std::string_view ticket);

 private:
  sql::database& database_;
  session_service& sessions_;
  const base::clock& clock_;
};

}  // namespace kontor::session
