// The SQL of personal tokens. One text for SQLite and PostgreSQL. All functions run inside a job of sql::database and
// throw sql::sql_error when the database fails.
#pragma once

#include "sql/session.hpp"
#include "token/personal_token.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::token::statements {

/// The token and its account; also one that is over, which is for the caller to see.
std::optional<identity> find_identity(sql::session& in, std::string_view token_hash);

/// Whether it lets its owner in: it is there, has not expired, and the account is active and of the token's epoch.
bool is_live(sql::session& in, const base::user_id& owner, const token_id& id, base::timestamp now);

/// Those of the account's present epoch, expired ones among them; the newest first.
std::vector<personal_token> list_tokens(sql::session& in, const base::user_id& owner);

/// Those of the account's present epoch that have not expired at `now`.
std::int64_t count_valid_tokens(sql::session& in, const base::user_id& owner, base::timestamp now);

/// False when the owner has `most` tokens already. The caller holds the account (account::statements::hold_user), else
/// PostgreSQL would let two of these count at the same time.
bool insert_token(sql::session& in, const base::user_id& owner, const personal_token& what, std::string_view token_hash,
                  std::int64_t most);
/// False when the owner has no such token.
bool delete_token(sql::session& in, const base::user_id& owner, const token_id& id);
/// Removes tokens of an earlier epoch: nothing brings them back.
void drop_dead_tokens(sql::session& in, const base::user_id& owner, std::int64_t present_epoch);

/// False when one was written down less than a minute before, by another node perhaps, or the token is gone.
bool note_use(sql::session& in, const base::user_id& owner, const token_id& id, base::timestamp at,
              const std::string& address);

}  // namespace kontor::token::statements
