#include "api/session_api.hpp"

#include "api/client.hpp"
#include "api/guard.hpp"
#include "api/paging.hpp"
#include "api/wire.hpp"

namespace kontor::api {
namespace {

base::error no_session() {
  return {base::errc::unauthenticated, "session-ended", "", "no refresh token"};
}

}  // namespace

async::awaitable<base::result<http::response>> session_api::refresh(http::request& in) {
  auto token = read_refresh_token(in.body);
  if (!token) co_return token.error();
  const auto where = *token ? delivery::body : delivery::cookie;
  if (where == delivery::cookie) {
    if (const auto ours = browser_.check_origin(in); !ours) co_return ours.error();
    *token = browser_.token_of(in);
    if (!*token) co_return no_session();
  }
  const auto signed_in = co_await sessions_.refresh(std::move(**token), client_of(in));
  if (!signed_in) co_return signed_in.error();
  auto answer = json_response(200, write_signed_in(*signed_in, where));
  if (where == delivery::cookie) browser_.keep(answer, *signed_in);
  co_return answer;
}

// Always 204: whoever wants to be signed out is, also who was not signed in. Every proof of a session that comes along
// ends its session: the refresh token of the body or the cookie, and the bearer token. A personal token is no proof of
// one, and signing out does not end it.
async::awaitable<base::result<http::response>> session_api::log_out(http::request& in) {
  auto token = read_refresh_token(in.body);
  if (!token) co_return token.error();
  if (!*token) {
    *token = browser_.token_of(in);
    if (*token) {
      if (const auto ours = browser_.check_origin(in); !ours) co_return ours.error();
    }
  }
  if (*token) {
    const auto done = co_await sessions_.log_out(std::move(**token), client_of(in));
    if (!done) co_return done.error();
  }
  if (in.header("Authorization")) {
    const auto me = co_await authenticate(sessions_, in);
    if (!me && me.error().code != base::errc::unauthenticated) co_return me.error();
    if (me) {
      const auto done = co_await sessions_.end(*me, me->session.id, client_of(in));
      if (!done && done.error().code != base::errc::not_found) co_return done.error();
    }
  }
  http::response answer(204);
  browser_.forget(answer);
  co_return answer;
}

async::awaitable<base::result<http::response>> session_api::log_out_all(http::request& in,
                                                                        const session::identity& me) {
  const auto which = read_logout_all(in.body);
  if (!which) co_return which.error();
  const auto done = co_await sessions_.end_many(me, *which, client_of(in));
  if (!done) co_return done.error();
  http::response answer(204);
  if (*which == session::sessions_of_account::all) browser_.forget(answer);
  co_return answer;
}

async::awaitable<base::result<http::response>> session_api::list_sessions(http::request& in, const caller& who) {
  if (const auto whole = read_no_page(in); !whole) co_return whole.error();
  const auto sessions = co_await sessions_.list(who.owner().id);
  if (!sessions) co_return sessions.error();
  // Of those who ask with a personal token none is the current one: no session has the nil id.
  const auto* by = who.by_session();
  co_return json_response(200, write_sessions(*sessions, by != nullptr ? by->session.id : base::session_id()));
}

async::awaitable<base::result<http::response>> session_api::end_session(http::request& in,
                                                                        const session::identity& me) {
  const auto which = base::session_id::parse(in.path_parameter("id"));
  if (!which) co_return base::error{base::errc::not_found, "", "", "no such session"};
  const auto done = co_await sessions_.end(me, *which, client_of(in));
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
