// Who is asking? Reads the bearer token of a request and finds who is behind it.
#pragma once

#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "base/secret_bytes.hpp"
#include "http/request.hpp"
#include "session/session_service.hpp"
#include "token/token_service.hpp"

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string_view>

namespace kontor::api {

/// The token of `Authorization: Bearer <token>` (RFC 6750 section 2.1; the scheme in any case, then exactly one space).
/// errc::unauthenticated without a type when there is no such field or another scheme; type `invalid-token` when the
/// token is empty or has blanks; errc::malformed when the field stands there twice, or a token stands in the query too.
base::result<std::string_view> bearer_token(const http::request& in);

/// The session whose access token the request carries, as of now; a personal token is none.
async::awaitable<base::result<session::identity>> authenticate(session::session_service& sessions,
                                                               const http::request& in);

/// What somebody came in with, for as long as their answer is being sent: the request may be gone by then.
struct kept_claim {
  std::optional<base::session_id> session;  ///< nullopt: a personal token.
  base::secret_bytes token;                 ///< The personal token's text.
  boost::asio::ip::address from;
};

/// Tells who is behind whatever bearer token a request carries. It says nothing about what they may do: that is the
/// route table's part. Both services outlive it.
class guard {
 public:
  guard(session::session_service& sessions, token::token_service& tokens) : sessions_(sessions), tokens_(tokens) {}

  /// What begins with token::prefix is a personal token and nothing else, all other texts are access tokens. Errors of
  /// bearer_token, and errc::unauthenticated, type `invalid-token`.
  async::awaitable<base::result<caller>> identify(const http::request& in);

  /// Of a request that `who` has just been identified by.
  static kept_claim keep(const http::request& in, const caller& who);
  /// Does it hold still, as the database says now? An access token that has only grown old does not end its session.
  /// errc::unauthenticated, type `invalid-token`, when it is over; errors of the database.
  async::awaitable<base::result<void>> holds(const kept_claim& claim);

 private:
  session::session_service& sessions_;
  token::token_service& tokens_;
};

}  // namespace kontor::api
