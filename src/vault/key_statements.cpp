#include "vault/key_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::vault::statements {
namespace {

constexpr sql::query<std::string, std::int64_t, std::string, std::string, std::int64_t> select_master_keys{
    "SELECT id, generation, canary, recovery, recovery_shown FROM vault_master_keys ORDER BY generation DESC"};
constexpr sql::query<std::string> select_newest{"SELECT id FROM vault_master_keys ORDER BY generation DESC LIMIT 1"};
constexpr sql::query<std::string, std::string, std::string> select_user_row{
    "SELECT master_key_id, wrapped, directory FROM vault_user_keys WHERE user_id = :owner"};
#define KONTOR_OLDER_KEYS                                                                            \
  " FROM vault_user_keys k JOIN vault_master_keys m ON m.id = k.master_key_id WHERE m.generation < " \
  "(SELECT MAX(generation) FROM vault_master_keys)"
constexpr sql::query<base::user_id, std::string, std::string> select_older{
    "SELECT k.user_id, k.master_key_id, k.wrapped" KONTOR_OLDER_KEYS
    " AND k.user_id > :after ORDER BY k.user_id LIMIT :row_limit"};
constexpr sql::query<std::int64_t> count_older{"SELECT COUNT(*)" KONTOR_OLDER_KEYS};
#undef KONTOR_OLDER_KEYS
constexpr sql::query<std::int64_t> count_users{"SELECT COUNT(*) FROM vault_user_keys"};

}  // namespace

std::vector<stored_master_key> list_master_keys(sql::session& in) {
  std::vector<stored_master_key> keys;
  for (auto& [id, generation, canary, recovery, shown] : in.all(select_master_keys))
    keys.push_back({std::move(id), generation, std::move(canary), std::move(recovery), shown != 0});
  return keys;
}

std::optional<std::string> find_newest_master_key(sql::session& in) {
  auto row = in.first(select_newest);
  if (!row) return std::nullopt;
  return std::move(std::get<0>(*row));
}

bool insert_master_key(sql::session& in, const stored_master_key& what, base::timestamp now) {
  return in.execute(
             "INSERT INTO vault_master_keys (id, generation, canary, recovery, recovery_shown, created_at)"
             " VALUES (:id, :generation, :canary, :recovery, 0, :now) ON CONFLICT DO NOTHING",
             {{"id", what.id},
              {"generation", what.generation},
              {"canary", what.canary},
              {"recovery", what.recovery},
              {"now", now}}) == 1;
}

bool update_recovery(sql::session& in, std::string_view id, std::string_view recovery) {
  return in.execute("UPDATE vault_master_keys SET recovery = :recovery, recovery_shown = 0 WHERE id = :id",
                    {{"recovery", recovery}, {"id", id}}) == 1;
}

void note_recovery_shown(sql::session& in) {
  in.execute("UPDATE vault_master_keys SET recovery_shown = 1", {});
}

bool remove_master_key(sql::session& in, std::string_view id) {
  return in.execute(
             "DELETE FROM vault_master_keys WHERE id = :id"
             " AND generation < (SELECT MAX(generation) FROM vault_master_keys)"
             " AND NOT EXISTS (SELECT 1 FROM vault_user_keys k WHERE k.master_key_id = :id_again)",
             {{"id", id}, {"id_again", id}}) == 1;
}

std::optional<user_row> find_user_row(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_user_row, {{"owner", owner}});
  if (!row) return std::nullopt;
  auto& [master, wrapped, directory] = *row;
  return user_row{std::move(master), std::move(wrapped), std::move(directory)};
}

bool insert_user_row(sql::session& in, const base::user_id& owner, const user_row& what) {
  return in.execute(
             "INSERT INTO vault_user_keys (user_id, master_key_id, wrapped, directory, changes)"
             " SELECT u.id, m.id, :wrapped, :directory, 0 FROM users u, vault_master_keys m"
             " WHERE u.id = :owner AND m.id = :master ON CONFLICT (user_id) DO NOTHING",
             {{"wrapped", what.wrapped},
              {"directory", what.directory},
              {"owner", owner},
              {"master", what.master_key_id}}) == 1;
}

bool hold_user_row(sql::session& in, const base::user_id& owner) {
  return in.execute("UPDATE vault_user_keys SET changes = changes + 1 WHERE user_id = :owner", {{"owner", owner}}) == 1;
}

void update_directory(sql::session& in, const base::user_id& owner, std::string_view directory) {
  in.execute("UPDATE vault_user_keys SET directory = :directory WHERE user_id = :owner",
             {{"directory", directory}, {"owner", owner}});
}

bool remove_user_row(sql::session& in, const base::user_id& owner) {
  return in.execute("DELETE FROM vault_user_keys WHERE user_id = :owner", {{"owner", owner}}) == 1;
}

std::vector<wrapped_key> list_older_keys(sql::session& in, const std::optional<base::user_id>& after,
                                         std::int64_t limit) {
  std::vector<wrapped_key> keys;
  const auto behind = after ? after->str() : std::string();
  for (auto& [owner, master, wrapped] : in.all(select_older, {{"after", behind}, {"row_limit", limit}}))
    keys.push_back({owner, std::move(master), std::move(wrapped)});
  return keys;
}

std::int64_t count_older_keys(sql::session& in) {
  return std::get<0>(in.first(count_older).value());
}

std::int64_t count_user_rows(sql::session& in) {
  return std::get<0>(in.first(count_users).value());
}

bool replace_wrapped(sql::session& in, const wrapped_key& before, std::string_view master_key_id,
                     std::string_view wrapped) {
  return in.execute(
             "UPDATE vault_user_keys SET master_key_id = :master, wrapped = :wrapped"
             " WHERE user_id = :owner AND master_key_id = :old_master AND wrapped = :old_wrapped",
             {{"master", master_key_id},
              {"wrapped", wrapped},
              {"owner", before.owner},
              {"old_master", before.master_key_id},
              {"old_wrapped", before.wrapped}}) == 1;
}

}  // namespace kontor::vault::statements
