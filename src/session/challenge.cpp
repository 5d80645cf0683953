#include "session/challenge.hpp"

#include "account/user_statements.hpp"

#include <tuple>

namespace kontor::session::statements {
namespace {

constexpr sql::query<base::user_id, std::int64_t> select_challenge{
    "SELECT user_id, epoch FROM sign_in_challenges WHERE token_hash = :token_hash AND expires_at > :now"};

}  // namespace

void insert_challenge(sql::session& in, const account::user& owner, std::string_view token_hash, base::timestamp now) {
  in.execute("DELETE FROM sign_in_challenges WHERE expires_at <= :now", {{"now", now}});
  in.execute(
      "INSERT INTO sign_in_challenges (token_hash, user_id, epoch, created_at, expires_at)"
      " VALUES (:token_hash, :user_id, :epoch, :now, :expires_at)",
      {{"token_hash", token_hash},
       {"user_id", owner.id},
       {"epoch", owner.security_epoch},
       {"now", now},
       {"expires_at", now + challenge_life}});
}

std::optional<account::user> find_challenge(sql::session& in, std::string_view token_hash, base::timestamp now) {
  const auto row = in.first(select_challenge, {{"token_hash", token_hash}, {"now", now}});
  if (!row) return std::nullopt;
  auto owner = account::statements::find_user(in, std::get<0>(*row));
  if (!owner || !owner->is_active || owner->security_epoch != std::get<1>(*row)) return std::nullopt;
  return owner;
}

bool take_challenge(sql::session& in, std::string_view token_hash, base::timestamp now) {
  return in.execute("DELETE FROM sign_in_challenges WHERE token_hash = :token_hash AND expires_at > :now",
                    {{"token_hash", token_hash}, {"now", now}}) == 1;
}

}  // namespace kontor::session::statements
