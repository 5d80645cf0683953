#include "factor/factor_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::factor::statements {
namespace {

constexpr sql::query<std::string, std::optional<base::timestamp>> select_totp{
    "SELECT sealed_secret, confirmed_at FROM totp_factors WHERE user_id = :user_id"};
constexpr sql::query<std::string> select_salt{"SELECT salt FROM recovery_codes WHERE user_id = :user_id LIMIT 1"};
constexpr sql::query<std::int64_t> count_codes{
    "SELECT COUNT(*) FROM recovery_codes WHERE user_id = :user_id AND used_at IS NULL"};

}  // namespace

std::optional<stored_totp> find_totp(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_totp, {{"user_id", owner}});
  if (!row) return std::nullopt;
  return stored_totp{std::move(std::get<0>(*row)), std::get<1>(*row)};
}

bool put_pending_totp(sql::session& in, const base::user_id& owner, std::string_view sealed_secret,
                      base::timestamp now) {
  return in.execute(
             "INSERT INTO totp_factors (user_id, sealed_secret, created_at, confirmed_at, last_step)"
             " VALUES (:user_id, :sealed_secret, :now, NULL, -1)"
             " ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret,"
             " created_at = excluded.created_at, last_step = excluded.last_step"
             " WHERE totp_factors.confirmed_at IS NULL",
             {{"user_id", owner}, {"sealed_secret", sealed_secret}, {"now", now}}) == 1;
}

bool confirm_totp(sql::session& in, const totp_use& what, base::timestamp now) {
  return in.execute(
             "UPDATE totp_factors SET confirmed_at = :now, last_step = :step"
             " WHERE user_id = :user_id AND sealed_secret = :sealed_secret AND confirmed_at IS NULL",
             {{"now", now}, {"step", what.step}, {"user_id", what.owner}, {"sealed_secret", what.sealed_secret}}) == 1;
}

bool use_totp_step(sql::session& in, const totp_use& what) {
  return in.execute(
             "UPDATE totp_factors SET last_step = :step"
             " WHERE user_id = :user_id AND sealed_secret = :sealed_secret AND confirmed_at IS NOT NULL"
             " AND last_step < :before",
             {{"step", what.step},
              {"user_id", what.owner},
              {"sealed_secret", what.sealed_secret},
              {"before", what.step}}) == 1;
}

bool hold_totp(sql::session& in, const base::user_id& owner) {
  return in.execute(
             "UPDATE totp_factors SET last_step = last_step WHERE user_id = :user_id AND confirmed_at IS NOT NULL",
             {{"user_id", owner}}) == 1;
}

bool remove_totp(sql::session& in, const base::user_id& owner) {
  const bool removed = in.execute("DELETE FROM totp_factors WHERE user_id = :user_id", {{"user_id", owner}}) == 1;
  in.execute("DELETE FROM recovery_codes WHERE user_id = :user_id", {{"user_id", owner}});
  return removed;
}

void replace_recovery_codes(sql::session& in, const base::user_id& owner, const stored_recovery_codes& codes) {
  in.execute("DELETE FROM recovery_codes WHERE user_id = :user_id", {{"user_id", owner}});
  for (const auto& hash : codes.hashes)
    in.execute("INSERT INTO recovery_codes (user_id, code_hash, salt, used_at) VALUES (:user_id, :hash, :salt, NULL)",
               {{"user_id", owner}, {"hash", hash}, {"salt", codes.salt}});
}

std::optional<std::string> find_recovery_salt(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_salt, {{"user_id", owner}});
  if (!row) return std::nullopt;
  return std::move(std::get<0>(*row));
}

bool use_recovery_code(sql::session& in, const base::user_id& owner, std::string_view code_hash, base::timestamp now) {
  return in.execute(
             "UPDATE recovery_codes SET used_at = :now"
             " WHERE user_id = :user_id AND code_hash = :code_hash AND used_at IS NULL",
             {{"now", now}, {"user_id", owner}, {"code_hash", code_hash}}) == 1;
}

std::int64_t count_recovery_codes(sql::session& in, const base::user_id& owner) {
  return std::get<0>(in.first(count_codes, {{"user_id", owner}}).value());
}

}  // namespace kontor::factor::statements
