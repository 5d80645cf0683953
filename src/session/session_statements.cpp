#include "session/session_statements.hpp"

#include "account/user_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::session::statements {
namespace {

#define KONTOR_SESSION_COLUMNS                                                                                  \
  "s.id, s.user_id, s.device, s.address, s.created_at, s.last_used_at, s.proved_at, s.second_factor, s.epoch, " \
  "s.idle_expires_at, s.expires_at"
#define KONTOR_OWNER_COLUMNS                                                                              \
  "u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at, u.email_verified_at, " \
  "f.confirmed_at"
// Who asks is asked for every request, so whether a second factor is on comes with the same query.
#define KONTOR_JOIN_OWNER \
  " JOIN users u ON u.id = s.user_id LEFT JOIN totp_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL"

template <class... More>
using session_query =
    sql::query<base::session_id, base::user_id, std::string, std::string, base::timestamp, base::timestamp,
               base::timestamp, bool, std::int64_t, base::timestamp, base::timestamp, More...>;
template <class... More>
using identity_query = session_query<std::string, bool, bool, std::int64_t, base::timestamp, base::timestamp,
                                     std::optional<base::timestamp>, std::optional<base::timestamp>, More...>;

constexpr identity_query<> select_identity{"SELECT " KONTOR_SESSION_COLUMNS ", " KONTOR_OWNER_COLUMNS
                                           " FROM sessions s" KONTOR_JOIN_OWNER " WHERE s.id = :id"};
constexpr identity_query<std::optional<base::timestamp>, std::optional<std::string>> select_refresh_token{
    "SELECT " KONTOR_SESSION_COLUMNS ", " KONTOR_OWNER_COLUMNS
    ", t.spent_at, t.successor_salt FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id" KONTOR_JOIN_OWNER
    " WHERE t.token_hash = :token_hash"};
constexpr session_query<> select_sessions{
    "SELECT " KONTOR_SESSION_COLUMNS
    " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.user_id = :owner AND s.epoch = u.security_epoch"
    " AND s.idle_expires_at > :now AND s.expires_at > :now_again ORDER BY s.last_used_at DESC, s.id LIMIT :row_limit"};
#undef KONTOR_SESSION_COLUMNS
#undef KONTOR_OWNER_COLUMNS
#undef KONTOR_JOIN_OWNER

#define KONTOR_WHERE_LIVE                                                                  \
  " WHERE id = :id AND user_id = :owner AND epoch = (SELECT u.security_epoch FROM users u" \
  " WHERE u.id = sessions.user_id AND u.is_active = 1)"

template <class Row>
session_info to_session(Row& row) {
  return {.id = std::get<0>(row),
          .owner = std::get<1>(row),
          .device = std::move(std::get<2>(row)),
          .address = std::move(std::get<3>(row)),
          .created_at = std::get<4>(row),
          .last_used_at = std::get<5>(row),
          .proved_at = std::get<6>(row),
          .second_factor = std::get<7>(row),
          .epoch = std::get<8>(row),
          .idle_expires_at = std::get<9>(row),
          .expires_at = std::get<10>(row)};
}

template <class Row>
identity to_identity(Row& row) {
  account::user owner{.id = std::get<1>(row),
                      .email = std::move(std::get<11>(row)),
                      .is_admin = std::get<12>(row),
                      .is_active = std::get<13>(row),
                      .security_epoch = std::get<14>(row),
                      .created_at = std::get<15>(row),
                      .updated_at = std::get<16>(row),
                      .email_verified = std::get<17>(row).has_value()};
  return {std::move(owner), to_session(row), std::get<18>(row).has_value()};
}

}  // namespace

void insert_session(sql::session& in, const session_info& what, std::string_view token_hash) {
  in.execute(
      "INSERT INTO sessions (id, user_id, device, address, created_at, last_used_at, proved_at, second_factor, epoch, "
      "idle_expires_at, expires_at) VALUES (:id, :user_id, :device, :address, :created_at, :last_used_at, :proved_at, "
      ":second_factor, :epoch, :idle_expires_at, :expires_at)",
      {{"id", what.id},
       {"user_id", what.owner},
       {"device", what.device},
       {"address", what.address},
       {"created_at", what.created_at},
       {"last_used_at", what.last_used_at},
       {"proved_at", what.proved_at},
       {"second_factor", what.second_factor},
       {"epoch", what.epoch},
       {"idle_expires_at", what.idle_expires_at},
       {"expires_at", what.expires_at}});
  insert_refresh_token(in, what.id, token_hash);
}

std::optional<identity> find_identity(sql::session& in, const base::session_id& id) {
  auto row = in.first(select_identity, {{"id", id}});
  if (!row) return std::nullopt;
  return to_identity(*row);
}

std::optional<stored_refresh_token> find_refresh_token(sql::session& in, std::string_view token_hash) {
  auto row = in.first(select_refresh_token, {{"token_hash", token_hash}});
  if (!row) return std::nullopt;
  return stored_refresh_token{to_identity(*row), std::get<19>(*row), std::get<20>(*row).value_or("")};
}

bool spend_refresh_token(sql::session& in, std::string_view token_hash, base::timestamp now,
                         std::string_view successor_salt) {
  return in.execute(
             "UPDATE refresh_tokens SET spent_at = :now, successor_salt = :salt"
             " WHERE token_hash = :token_hash AND spent_at IS NULL",
             {{"now", now}, {"salt", successor_salt}, {"token_hash", token_hash}}) == 1;
}

void insert_refresh_token(sql::session& in, const base::session_id& of, std::string_view token_hash) {
  in.execute("INSERT INTO refresh_tokens (token_hash, session_id) VALUES (:token_hash, :session_id)",
             {{"token_hash", token_hash}, {"session_id", of}});
}

void touch_session(sql::session& in, const session_info& what) {
  in.execute(
      "UPDATE sessions SET last_used_at = :last_used_at, idle_expires_at = :idle_expires_at, address = :address, "
      "device = :device WHERE id = :id",
      {{"last_used_at", what.last_used_at},
       {"idle_expires_at", what.idle_expires_at},
       {"address", what.address},
       {"device", what.device},
       {"id", what.id}});
}

void drop_old_refresh_tokens(sql::session& in, const base::session_id& of, base::timestamp then) {
  in.execute("DELETE FROM refresh_tokens WHERE session_id = :session_id AND spent_at < :then_at",
             {{"session_id", of}, {"then_at", then}});
}

std::vector<session_info> list_sessions(sql::session& in, const base::user_id& owner, base::timestamp now,
                                        std::int64_t limit) {
  std::vector<session_info> sessions;
  for (auto& row : in.all(select_sessions, {{"owner", owner}, {"now", now}, {"now_again", now}, {"row_limit", limit}}))
    sessions.push_back(to_session(row));
  return sessions;
}

bool end_session(sql::session& in, const base::user_id& owner, const base::session_id& id) {
  return in.execute("DELETE FROM sessions WHERE id = :id AND user_id = :owner", {{"id", id}, {"owner", owner}}) == 1;
}

std::int64_t end_sessions(sql::session& in, const base::user_id& owner) {
  return in.execute("DELETE FROM sessions WHERE user_id = :owner", {{"owner", owner}});
}

std::int64_t end_other_sessions(sql::session& in, const base::user_id& owner, const base::session_id& but) {
  return in.execute("DELETE FROM sessions WHERE user_id = :owner AND id <> :but", {{"owner", owner}, {"but", but}});
}

bool hold_live(sql::session& in, const identity& by) {
  return account::statements::hold_user(in, by.owner.id, by.owner.security_epoch) &&
         find_identity(in, by.session.id).has_value();
}

bool prove_session(sql::session& in, const base::user_id& owner, const base::session_id& id, base::timestamp now) {
  return in.execute("UPDATE sessions SET proved_at = :now" KONTOR_WHERE_LIVE,
                    {{"now", now}, {"id", id}, {"owner", owner}}) == 1;
}

bool mark_second_factor(sql::session& in, const base::user_id& owner, const base::session_id& id) {
  return in.execute("UPDATE sessions SET second_factor = 1" KONTOR_WHERE_LIVE, {{"id", id}, {"owner", owner}}) == 1;
}
#undef KONTOR_WHERE_LIVE

bool keep_session(sql::session& in, const base::user_id& owner, const base::session_id& id) {
  return in.execute(
             "UPDATE sessions SET epoch = (SELECT u.security_epoch FROM users u WHERE u.id = sessions.user_id)"
             " WHERE id = :id AND user_id = :owner",
             {{"id", id}, {"owner", owner}}) == 1;
}

std::int64_t drop_expired_sessions(sql::session& in, base::timestamp now, std::int64_t limit) {
  return in.execute(
      "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE idle_expires_at <= :now ORDER BY "
      "idle_expires_at "
      "LIMIT :row_limit)",
      {{"now", now}, {"row_limit", limit}});
}

}  // namespace kontor::session::statements
