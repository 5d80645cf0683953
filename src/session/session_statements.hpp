// The SQL of sessions and refresh tokens, for jobs that do more than one thing in their transaction.
#pragma once

#include "session/session_info.hpp"
#include "sql/session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::session::statements {

/// A refresh token that is stored, with the session and the account it is for.
struct stored_refresh_token {
  identity of;
  std::optional<base::timestamp> spent_at;
  std::string successor_salt;  ///< Of a spent one.
};

/// Stores the session with its first refresh token.
void insert_session(sql::session& in, const session_info& what, std::string_view token_hash);

/// The account and the session; also one that has ended by time or epoch, which is for the caller to see.
std::optional<identity> find_identity(sql::session& in, const base::session_id& id);
std::optional<stored_refresh_token> find_refresh_token(sql::session& in, std::string_view token_hash);

/// True when this call spent it: of many at once, one does.
bool spend_refresh_token(sql::session& in, std::string_view token_hash, base::timestamp now,
                         std::string_view successor_salt);
void insert_refresh_token(sql::session& in, const base::session_id& of, std::string_view token_hash);
/// Notes a refresh.
void touch_session(sql::session& in, const session_info& what);
/// Forgets tokens of the session that were spent before `then`: a replay of such a one is unknown, and refused as well.
void drop_old_refresh_tokens(sql::session& in, const base::session_id& of, base::timestamp then);

/// Live ones, those used last first; at most `limit`.
std::vector<session_info> list_sessions(sql::session& in, const base::user_id& owner, base::timestamp now,
                                        std::int64_t limit);

/// False when the owner has no such session.
bool end_session(sql::session& in, const base::user_id& owner, const base::session_id& id);
/// How many rows it ended.
std::int64_t end_sessions(sql::session& in, const base::user_id& owner);
std::int64_t end_other_sessions(sql::session& in, const base::user_id& owner, const base::session_id& but);
/// Holds the account until the transaction ends, if the session that asks is still live: what is done for it then was
/// not done after its end. False when it is over.
bool hold_live(sql::session& in, const identity& by);

/// Sets the moment of the last proof. False when the owner's session is gone, or of an earlier epoch.
bool prove_session(sql::session& in, const base::user_id& owner, const base::session_id& id, base::timestamp now);
/// From now on a second factor is part of the session. False as above.
bool mark_second_factor(sql::session& in, const base::user_id& owner, const base::session_id& id);
/// Carries a session over into the account's present epoch: a password change ends all but the one it was made in.
bool keep_session(sql::session& in, const base::user_id& owner, const base::session_id& id);

/// Removes at most `limit` sessions that were over before `now`.
std::int64_t drop_expired_sessions(sql::session& in, base::timestamp now, std::int64_t limit);

}  // namespace kontor::session::statements
