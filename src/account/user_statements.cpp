#include "account/user_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::account::statements {
namespace {

#define KONTOR_USER_COLUMNS                                                                \
  "u.id, u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at, " \
  "u.email_verified_at"

template <class... More>
using user_query = sql::query<base::user_id, std::string, bool, bool, std::int64_t, base::timestamp, base::timestamp,
                              std::optional<base::timestamp>, More...>;

constexpr user_query<> select_user{"SELECT " KONTOR_USER_COLUMNS " FROM users u WHERE u.id = :id"};
constexpr user_query<std::string> select_credentials{"SELECT " KONTOR_USER_COLUMNS
                                                     ", u.hashed_password FROM users u WHERE u.email = :email"};
constexpr user_query<> select_users{"SELECT " KONTOR_USER_COLUMNS
                                    " FROM users u WHERE u.email > :after_email ORDER BY u.email LIMIT :row_limit"};
constexpr user_query<std::string> select_all_credentials{
    "SELECT " KONTOR_USER_COLUMNS
    ", u.hashed_password FROM users u WHERE u.email > :after_email ORDER BY u.email LIMIT :row_limit"};
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
          .updated_at = std::get<6>(row),
          .email_verified = std::get<7>(row).has_value()};
}

constexpr sql::query<base::user_id> select_taker{
    "SELECT id FROM users WHERE (email = :email OR email_lookalike = :email_lookalike) AND id <> :but"};

#define KONTOR_INSERT_USER                                                                                \
  "INSERT INTO users (id, email, email_lookalike, hashed_password, is_admin, is_active, security_epoch, " \
  "created_at, updated_at)"                                                                               \
  " VALUES (:id, :email, :email_lookalike, :hashed_password, :is_admin, :is_active, 0, :created_at, :updated_at)"
constexpr std::string_view insert_account = KONTOR_INSERT_USER;
constexpr std::string_view insert_free_account = KONTOR_INSERT_USER " ON CONFLICT DO NOTHING";
#undef KONTOR_INSERT_USER

std::int64_t insert(sql::session& in, std::string_view statement, const new_user& account) {
  return in.execute(statement, {{"id", account.id},
                                {"email", account.email},
                                {"email_lookalike", account.email_lookalike},
                                {"hashed_password", account.hashed_password},
                                {"is_admin", account.is_admin},
                                {"is_active", account.is_active},
                                {"created_at", account.created_at},
                                {"updated_at", account.updated_at.value_or(account.created_at)}});
}

// Changes one account; the affected-row count is the answer.
bool change(sql::session& in, std::string_view statement, const base::user_id& id, base::timestamp now) {
  return in.execute(statement, {{"id", id}, {"now", now}}) == 1;
}

}  // namespace

void insert_user(sql::session& in, const new_user& account) {
  insert(in, insert_account, account);
}

bool insert_user_if_free(sql::session& in, const new_user& account) {
  return insert(in, insert_free_account, account) == 1;
}

bool is_taken(sql::session& in, const claimed_address& address, const base::user_id& but) {
  return in.first(select_taker, {{"email", address.normal}, {"email_lookalike", address.lookalike}, {"but", but}})
      .has_value();
}

bool verify_email(sql::session& in, const base::user_id& id, std::string_view email, base::timestamp now) {
  return in.execute("UPDATE users SET email_verified_at = :now WHERE id = :id AND email = :email",
                    {{"now", now}, {"id", id}, {"email", email}}) == 1;
}

bool change_email(sql::session& in, const base::user_id& id, const claimed_address& address,
                  std::optional<base::timestamp> verified_at, base::timestamp now) {
  return in.execute(
             "UPDATE users SET email = :email, email_lookalike = :email_lookalike, email_verified_at = :verified_at,"
             " updated_at = :now WHERE id = :id AND is_active = 1",
             {{"email", address.normal},
              {"email_lookalike", address.lookalike},
              {"verified_at", verified_at},
              {"now", now},
              {"id", id}}) == 1;
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
  return stored_credentials{to_user(*row), std::move(std::get<8>(*row))};
}

std::vector<user> list_users(sql::session& in, std::string_view after_email, std::int64_t limit) {
  std::vector<user> users;
  for (auto& row : in.all(select_users, {{"after_email", after_email}, {"row_limit", limit}}))
    users.push_back(to_user(row));
  return users;
}

std::vector<stored_credentials> list_credentials(sql::session& in, std::string_view after_email, std::int64_t limit) {
  std::vector<stored_credentials> all;
  for (auto& row : in.all(select_all_credentials, {{"after_email", after_email}, {"row_limit", limit}}))
    all.push_back({to_user(row), std::move(std::get<8>(row))});
  return all;
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

bool raise_epoch(sql::session& in, const base::user_id& id) {
  return in.execute("UPDATE users SET security_epoch = security_epoch + 1 WHERE id = :id", {{"id", id}}) == 1;
}

void raise_all_epochs(sql::session& in) {
  in.execute("UPDATE users SET security_epoch = security_epoch + 1");
}

bool hold_user(sql::session& in, const base::user_id& id, std::int64_t epoch) {
  return in.execute(
             "UPDATE users SET updated_at = updated_at WHERE id = :id AND is_active = 1 AND security_epoch = :epoch",
             {{"id", id}, {"epoch", epoch}}) == 1;
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

bool remove_user(sql::session& in, const base::user_id& id) {
  return in.execute(
             "DELETE FROM users WHERE id = :id AND (is_admin = 0 OR is_active = 0 OR EXISTS"
             " (SELECT 1 FROM users o WHERE o.id <> users.id AND o.is_admin = 1 AND o.is_active = 1))",
             {{"id", id}}) == 1;
}

}  // namespace kontor::account::statements
