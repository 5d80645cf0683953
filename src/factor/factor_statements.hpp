// The SQL of second factors, for jobs that do more than one thing in their transaction. One text for SQLite and
// PostgreSQL. All functions run inside a job of sql::database and throw sql::sql_error when the database fails.
//
// Who takes rows of both tables takes the one of totp_factors first, so that nobody waits in a circle.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "factor/recovery_code.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::factor::statements {

struct stored_totp {
  std::string sealed_secret;                    ///< See secret_seal.
  std::optional<base::timestamp> confirmed_at;  ///< nullopt: pending, it counts for nothing yet.
};

/// One step of one secret, as it was matched. A secret that was replaced since does not take it.
struct totp_use {
  base::user_id owner;
  std::string_view sealed_secret;
  std::int64_t step;
};

std::optional<stored_totp> find_totp(sql::session& in, const base::user_id& owner);

/// Stores a pending factor in place of an earlier pending one; false when there is a confirmed one, which stays.
/// sql::failure::constraint when there is no such user.
bool put_pending_totp(sql::session& in, const base::user_id& owner, std::string_view sealed_secret,
                      base::timestamp now);
/// Turns the pending factor on and uses the step up; false when it is not pending with this secret any more.
bool confirm_totp(sql::session& in, const totp_use& what, base::timestamp now);
/// Uses up the step and all before it; true for one caller only, whatever the clock does (RFC 6238 section 5.2).
bool use_totp_step(sql::session& in, const totp_use& what);
/// Holds the confirmed factor until the transaction ends; false when there is none.
bool hold_totp(sql::session& in, const base::user_id& owner);

/// Removes the factor, pending or confirmed, with all recovery codes; false when there was none.
bool remove_totp(sql::session& in, const base::user_id& owner);

/// Stores the set in place of all earlier codes. Hold the factor before.
void replace_recovery_codes(sql::session& in, const base::user_id& owner, const stored_recovery_codes& codes);
/// The salt of the present set.
std::optional<std::string> find_recovery_salt(sql::session& in, const base::user_id& owner);
/// Uses the code up: true for one caller only.
bool use_recovery_code(sql::session& in, const base::user_id& owner, std::string_view code_hash, base::timestamp now);
/// How many were not used yet.
std::int64_t count_recovery_codes(sql::session& in, const base::user_id& owner);

}  // namespace kontor::factor::statements
