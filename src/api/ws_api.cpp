#include "api/ws_api.hpp"

#include "api/guard.hpp"
#include "api/query_reader.hpp"
#include "api/run_wire.hpp"
#include "api/wire.hpp"

#include <memory>
#include <utility>

namespace kontor::api {
namespace {

using base::errc;

// A ticket has none of the points that part a token (RFC 7515 section 7.1).
bool looks_like_token(std::string_view text) {
  return text.find('.') != std::string_view::npos;
}

}  // namespace

async::awaitable<base::result<http::response>> ws_api::create_ticket(http::request&, const session::identity& me) {
  auto by = me;
  const auto ticket = co_await tickets_.issue(std::move(by));
  if (!ticket) co_return ticket.error();
  co_return json_response(201, write_ticket(ticket->text(), session::ticket_life));
}

async::awaitable<base::result<session::identity>> ws_api::identify(const http::request& in) {
  query_reader query(in);
  const auto token = query.text("token");
  if (const auto good = query.finish(); !good) co_return good.error();
  if (!token) {
    auto who = co_await authenticate(sessions_, in);
    co_return co_await as_of_now(std::move(who));
  }
  if (in.count_headers("Authorization") > 0)
    co_return base::error{errc::malformed, "", "There are two tokens.", "a token in the address, and Authorization"};
  if (!looks_like_token(*token)) co_return co_await tickets_.redeem(*token);
  if (tokens_ == tokens_in_address::refused)
    co_return base::error{errc::unauthenticated, "invalid-token", "", "an access token in the address"};
  auto who = co_await sessions_.authenticate(*token);
  co_return co_await as_of_now(std::move(who));
}

// As the database says now, and not a moment ago: what is opened stays open.
async::awaitable<base::result<session::identity>> ws_api::as_of_now(base::result<session::identity> who) {
  if (!who) co_return who.error();
  co_return co_await sessions_.find_live(who->session.id);
}

async::awaitable<base::result<http::response>> ws_api::open_socket(http::request& in) {
  if (const auto ours = browser_.check_origin(in); !ours) co_return ours.error();
  auto who = co_await identify(in);
  if (!who) co_return who.error();
  if (!who->has_second_factor && accounts_.demands_second_factor(who->owner))
    co_return base::error{errc::forbidden, "second-factor-enrolment-required", "", ""};
  if (parts_.listeners->sockets_of(who->owner.id) >= sockets_per_user)
    co_return base::error{errc::too_many_requests, "too-many-sockets", "", "sockets of one account"};
  auto session = [who = std::move(*who), parts = parts_](std::shared_ptr<http::web_socket> socket) {
    return chat_socket::converse(std::move(socket), who, parts);
  };
  co_return http::response::with_socket(std::move(session));
}

}  // namespace kontor::api
