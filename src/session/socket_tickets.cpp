#include "session/socket_tickets.hpp"

#include "session/refresh_token.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace kontor::session {
namespace {

using base::errc;

constexpr sql::query<base::session_id> select_ticket{
    "SELECT session_id FROM socket_tickets WHERE token_hash = :token_hash AND expires_at > :now"};

bool insert_ticket(sql::session& in, const base::session_id& of, std::string_view token_hash, base::timestamp now) {
  in.execute("DELETE FROM socket_tickets WHERE expires_at <= :now", {{"now", now}});
  return in.execute(
             "INSERT INTO socket_tickets (token_hash, session_id, expires_at)"
             " SELECT :token_hash, id, CAST(:expires_at AS BIGINT) FROM sessions WHERE id = :id",
             {{"token_hash", token_hash}, {"id", of}, {"expires_at", now + ticket_life}}) == 1;
}

// Of many at once, one gets it.
std::optional<base::session_id> take_ticket(sql::session& in, std::string_view token_hash, base::timestamp now) {
  const auto row = in.first(select_ticket, {{"token_hash", token_hash}, {"now", now}});
  if (!row) return std::nullopt;
  if (in.execute("DELETE FROM socket_tickets WHERE token_hash = :token_hash AND expires_at > :now",
                 {{"token_hash", token_hash}, {"now", now}}) != 1)
    return std::nullopt;
  return std::get<0>(*row);
}

}  // namespace

async::awaitable<base::result<base::secret_bytes>> socket_tickets::issue(identity by) {
  auto ticket = make_refresh_token();
  auto job = [id = by.session.id, token_hash = hash_of_refresh_token(ticket.text()),
              now = clock_.now()](sql::session& in) -> base::result<void> {
    if (insert_ticket(in, id, token_hash, now)) return {};
    return base::error{errc::unauthenticated, "session-ended", "", "ended while a ticket was made"};
  };
  const auto stored = co_await database_.write(std::move(job));
  if (!stored) co_return stored.error();
  co_return std::move(ticket);
}

async::awaitable<base::result<identity>> socket_tickets::redeem(std::string_view ticket) {
  auto job = [token_hash = hash_of_refresh_token(ticket), now = clock_.now()](sql::session& in) {
    return take_ticket(in, token_hash, now);
  };
  const auto taken = co_await database_.write(std::move(job));
  if (!taken) co_return taken.error();
  if (!*taken) co_return base::error{errc::unauthenticated, "invalid-token", "", "no such ticket"};
  co_return co_await sessions_.find_live(**taken);
}

}  // namespace kontor::session
