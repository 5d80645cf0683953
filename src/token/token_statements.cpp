#include "token/token_statements.hpp"

#include "sql/use_notes.hpp"

#include <tuple>
#include <utility>

namespace kontor::token::statements {
namespace {

#define KONTOR_TOKEN_COLUMNS                                                                                 \
  "t.id, t.user_id, t.name, t.last_characters, t.scopes, t.addresses, t.epoch, t.created_at, t.expires_at, " \
  "t.last_used_at, t.last_used_address"

template <class... More>
using token_query = sql::query<token_id, base::user_id, std::string, std::string, std::string, std::string,
                               std::int64_t, base::timestamp, std::optional<base::timestamp>,
                               std::optional<base::timestamp>, std::optional<std::string>, More...>;

constexpr token_query<std::string, bool, bool, std::int64_t, base::timestamp, base::timestamp,
                      std::optional<base::timestamp>, std::optional<base::timestamp>>
    select_identity{
        "SELECT " KONTOR_TOKEN_COLUMNS
        ", u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at, u.email_verified_at, "
        "f.confirmed_at FROM personal_tokens t JOIN users u ON u.id = t.user_id"
        " LEFT JOIN totp_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL WHERE t.token_hash = "
        ":token_hash"};
constexpr token_query<> select_tokens{
    "SELECT " KONTOR_TOKEN_COLUMNS
    " FROM personal_tokens t JOIN users u ON u.id = t.user_id WHERE t.user_id = :owner AND t.epoch = u.security_epoch"
    " ORDER BY t.created_at DESC, t.id"};
#undef KONTOR_TOKEN_COLUMNS
constexpr sql::query<token_id> select_live{
    "SELECT t.id FROM personal_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = :id AND t.user_id = :owner"
    " AND u.is_active = 1 AND t.epoch = u.security_epoch AND (t.expires_at IS NULL OR t.expires_at > :now)"};
constexpr sql::query<std::int64_t> count_valid{
    "SELECT COUNT(*) FROM personal_tokens t JOIN users u ON u.id = t.user_id WHERE t.user_id = :owner"
    " AND t.epoch = u.security_epoch AND (t.expires_at IS NULL OR t.expires_at > :now)"};

template <class Row>
personal_token to_token(Row& row) {
  return {.id = std::get<0>(row),
          .owner = std::get<1>(row),
          .name = std::move(std::get<2>(row)),
          .last_characters = std::move(std::get<3>(row)),
          .scopes = scope_set::parse(std::get<4>(row)),
          .addresses = address_list::parse(std::get<5>(row)),
          .epoch = std::get<6>(row),
          .created_at = std::get<7>(row),
          .expires_at = std::get<8>(row),
          .last_used_at = std::get<9>(row),
          .last_used_address = std::move(std::get<10>(row))};
}

}  // namespace

std::optional<identity> find_identity(sql::session& in, std::string_view token_hash) {
  auto row = in.first(select_identity, {{"token_hash", token_hash}});
  if (!row) return std::nullopt;
  account::user owner{.id = std::get<1>(*row),
                      .email = std::move(std::get<11>(*row)),
                      .is_admin = std::get<12>(*row),
                      .is_active = std::get<13>(*row),
                      .security_epoch = std::get<14>(*row),
                      .created_at = std::get<15>(*row),
                      .updated_at = std::get<16>(*row),
                      .email_verified = std::get<17>(*row).has_value()};
  return identity{std::move(owner), to_token(*row), std::get<18>(*row).has_value()};
}

bool is_live(sql::session& in, const base::user_id& owner, const token_id& id, base::timestamp now) {
  return in.first(select_live, {{"id", id}, {"owner", owner}, {"now", now}}).has_value();
}

std::vector<personal_token> list_tokens(sql::session& in, const base::user_id& owner) {
  std::vector<personal_token> tokens;
  for (auto& row : in.all(select_tokens, {{"owner", owner}}))
    tokens.push_back(to_token(row));
  return tokens;
}

std::int64_t count_valid_tokens(sql::session& in, const base::user_id& owner, base::timestamp now) {
  return std::get<0>(in.first(count_valid, {{"owner", owner}, {"now", now}}).value());
}

bool insert_token(sql::session& in, const base::user_id& owner, const personal_token& what, std::string_view token_hash,
                  std::int64_t most) {
  return in.execute(
             "INSERT INTO personal_tokens (id, user_id, token_hash, name, last_characters, scopes, addresses, epoch, "
             "created_at, expires_at)"
             " SELECT :id, u.id, :token_hash, :name, :last_characters, :scopes, :addresses, :epoch, :created_at, "
             ":expires_at FROM users u WHERE u.id = :owner"
             " AND (SELECT COUNT(*) FROM personal_tokens t WHERE t.user_id = u.id) < :most",
             {{"id", what.id},
              {"token_hash", token_hash},
              {"name", what.name},
              {"last_characters", what.last_characters},
              {"scopes", what.scopes.text()},
              {"addresses", what.addresses.text()},
              {"epoch", what.epoch},
              {"created_at", what.created_at},
              {"expires_at", what.expires_at},
              {"owner", owner},
              {"most", most}}) == 1;
}

bool delete_token(sql::session& in, const base::user_id& owner, const token_id& id) {
  return in.execute("DELETE FROM personal_tokens WHERE id = :id AND user_id = :owner",
                    {{"id", id}, {"owner", owner}}) == 1;
}

void drop_dead_tokens(sql::session& in, const base::user_id& owner, std::int64_t present_epoch) {
  in.execute("DELETE FROM personal_tokens WHERE user_id = :owner AND epoch < :epoch",
             {{"owner", owner}, {"epoch", present_epoch}});
}

bool note_use(sql::session& in, const base::user_id& owner, const token_id& id, base::timestamp at,
              const std::string& address) {
  return in.execute(
             "UPDATE personal_tokens SET last_used_at = :now, last_used_address = :address"
             " WHERE id = :id AND user_id = :owner"
             " AND (last_used_at IS NULL OR last_used_at <= :before OR last_used_at > :now_again)",
             {{"now", at},
              {"address", address},
              {"id", id},
              {"owner", owner},
              {"before", at - sql::use_granularity},
              {"now_again", at}}) == 1;
}

}  // namespace kontor::token::statements
