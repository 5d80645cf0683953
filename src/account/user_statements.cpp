#include "account/user_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::account::statements {
namespace {

#define KONTOR_USER_COLUMNS "u.id, u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at"

template <class... More>
using user_query =
    sql::query<base::user_id, std::string, bool, bool, std::int64_t, base::timestamp, base::timestamp, More...>;

constexpr user_query<> select_user{"SELECT " KONTOR_USER_COLUMNS " FROM users u WHERE u.id = :id"};
constexpr user_query<std::string> select_credentials{"SELECT " KONTOR_USER_COLUMNS
                                                     ", u.hashed_password FROM users u WHERE u.email = :email"};
constexpr user_query<> select_users{"SELECT " KONTOR_USER_COLUMNS
                                    " FROM users u WHERE u.email > :after_email ORDER BY u.email LIMIT :row_limit"};
constexpr user_query<base::timestamp> select_setup_link{
    "SELECT " KONTOR_USER_COLUMNS
    ", l.expires_at FROM setup_links l JOIN users u ON u.id = l.user_id"
    " WHERE l.token_hash = :token_hash AND l.expires_at > :now AND u.is_active = 1"};
#undef KONTOR_USER_COLUMNS

// A list of any length in a text that never changes: the ids come as one text, each with a comma behind it, and are cut
// out of it one by one.
constexpr sql::query<base::user_id, std::string> select_emails{
    "WITH RECURSIVE wanted (place, id) AS (SELECT 1, substr(CAST(:ids AS TEXT), 1, 36)"
    " UNION ALL SELECT place + 37, substr(CAST(:ids AS TEXT), place + 37, 36) FROM wanted"
    " WHERE place + 37 < length(CAST(:ids AS TEXT)))"
    " SELECT u.id, u.email FROM wanted w JOIN users u ON u.id = w.id"};

template <class Row>
user to_user(Row& row) {
  return {.id = std::get<0>(row),
          .email = std::move(std::get<1>(row)),
          .is_admin = std::get<2>(row),
          .is_active = std::get<3>(row),
          .security_epoch = std::get<4>(row),
          .created_at = std::get<5>(row),
          .updated_at = std::get<6>(row)};
}

// Changes one account; the affected-row count is the answer.
bool change(sql::session& in, std::string_view statement, const base::user_id& id, base::timestamp now) {
  return in.execute(statement, {{"id", id}, {"now", now}}) == 1;
}

}  // namespace

void insert_user(sql::session& in, const new_user& account) {
  in.execute(
      "INSERT INTO users (id, email, email_lookalike, hashed_password, is_admin, is_active, security_epoch, "
      "created_at, updated_at)"
      " VALUES (:id, :email, :email_lookalike, :hashed_password, :is_admin, 1, 0, :created_at, :updated_at)",
      {{"id", account.id},
       {"email", account.email},
       {"email_lookalike", account.email_lookalike},
       {"hashed_password", account.hashed_password},
       {"is_admin", account.is_admin},
       {"created_at", account.created_at},
       {"updated_at", account.created_at}});
}

std::optional<user> find_user(sql::session& in, const base::user_id& id) {
  auto row = in.first(select_user, {{"id", id}});
  if (!row) return std::nullopt;
  return to_user(*row);
}

bool hold_user(sql::session& in, const base::user_id& id) {
  return in.execute("UPDATE users SET updated_at = updated_at WHERE id = :id", {{"id", id}}) == 1;
}

std::optional<stored_credentials> find_credentials(sql::session& in, std::string_view email) {
  auto row = in.first(select_credentials, {{"email", email}});
  if (!row) return std::nullopt;
  return stored_credentials{to_user(*row), std::move(std::get<7>(*row))};
}

std::vector<user> list_users(sql::session& in, std::string_view after_email, std::int64_t limit) {
  std::vector<user> users;
  for (auto& row : in.all(select_users, {{"after_email", after_email}, {"row_limit", limit}}))
    users.push_back(to_user(row));
  return users;
}

std::map<base::user_id, std::string> find_emails(sql::session& in, const std::set<base::user_id>& of) {
  std::string ids;
  for (const auto& id : of) {
    ids += id.text();
    ids += ',';
  }
  std::map<base::user_id, std::string> emails;
  for (auto& [id, email] : in.all(select_emails, {{"ids", ids}}))
    emails.emplace(id, std::move(email));
  return emails;
}

bool replace_password_hash(sql::session& in, const base::user_id& id, std::string_view old_hash,
                           std::string_view new_hash) {
  return in.execute("UPDATE users SET hashed_password = :new_hash WHERE id = :id AND hashed_password = :old_hash",
                    {{"new_hash", new_hash}, {"id", id}, {"old_hash", old_hash}}) == 1;
}

bool set_password(sql::session& in, const base::user_id& id, std::string_view hashed_password, base::timestamp now) {
  return in.execute(
             "UPDATE users SET hashed_password = :hashed_password, security_epoch = security_epoch + 1, updated_at = "
             ":now"
             " WHERE id = :id AND is_active = 1",
             {{"hashed_password", hashed_password}, {"now", now}, {"id", id}}) == 1;
}

void put_setup_link(sql::session& in, const new_setup_link& link) {
  in.execute(
      "INSERT INTO setup_links (user_id, token_hash, created_at, expires_at) VALUES (:user_id, :token_hash, "
      ":created_at, :expires_at)"
      " ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at,"
      " expires_at = excluded.expires_at",
      {{"user_id", link.owner},
       {"token_hash", link.token_hash},
       {"created_at", link.created_at},
       {"expires_at", link.expires_at}});
}

std::optional<setup_link> find_setup_link(sql::session& in, std::string_view token_hash, base::timestamp now) {
  auto row = in.first(select_setup_link, {{"token_hash", token_hash}, {"now", now}});
  if (!row) return std::nullopt;
  return setup_link{to_user(*row), std::get<7>(*row)};
}

bool take_setup_link(sql::session& in, std::string_view token_hash, base::timestamp now) {
  return in.execute("DELETE FROM setup_links WHERE token_hash = :token_hash AND expires_at > :now",
                    {{"token_hash", token_hash}, {"now", now}}) == 1;
}

void drop_setup_links(sql::session& in, const base::user_id& owner) {
  in.execute("DELETE FROM setup_links WHERE user_id = :user_id", {{"user_id", owner}});
}

void hold_admins(sql::session& in) {
  in.execute("UPDATE users SET updated_at = updated_at WHERE is_admin = 1 AND is_active = 1");
}

bool activate(sql::session& in, const base::user_id& id, base::timestamp now) {
  return change(in, "UPDATE users SET is_active = 1, updated_at = :now WHERE id = :id AND is_active = 0", id, now);
}

bool deactivate(sql::session& in, const base::user_id& id, base::timestamp now) {
  return change(in,
                "UPDATE users SET is_active = 0, security_epoch = security_epoch + 1, updated_at = :now"
                " WHERE id = :id AND is_active = 1 AND (is_admin = 0 OR EXISTS"
                " (SELECT 1 FROM users o WHERE o.id <> users.id AND o.is_admin = 1 AND o.is_active = 1))",
                id, now);
}

bool promote(sql::session& in, const base::user_id& id, base::timestamp now) {
  return change(in, "UPDATE users SET is_admin = 1, updated_at = :now WHERE id = :id AND is_admin = 0", id, now);
}

bool demote(sql::session& in, const base::user_id& id, base::timestamp now) {
  return change(in,
                "UPDATE users SET is_admin = 0, updated_at = :now"
                " WHERE id = :id AND is_admin = 1 AND (is_active = 0 OR EXISTS"
                " (SELECT 1 FROM users o WHERE o.id <> users.id AND o.is_admin = 1 AND o.is_active = 1))",
                id, now);
}

}  // namespace kontor::account::statements
