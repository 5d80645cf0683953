#include "vault/secret_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::vault::statements {
namespace {

using maybe_number = std::optional<std::int64_t>;
using maybe_time = std::optional<base::timestamp>;
using maybe_text = std::optional<std::string>;

constexpr sql::query<std::string, std::string, std::string, maybe_number, maybe_time, maybe_time, maybe_time,
                     maybe_time, maybe_text>
    select_secret{
        "SELECT k.master_key_id, k.wrapped, k.directory, s.version, s.created_at, s.updated_at, s.deleted_at, "
        "s.last_used_at, v.token FROM vault_user_keys k"
        " LEFT JOIN vault_secrets s ON s.user_id = k.user_id AND s.name = :name"
        " LEFT JOIN vault_versions v ON v.user_id = s.user_id AND v.name = s.name AND v.version = s.version"
        " WHERE k.user_id = :owner"};
constexpr sql::query<std::string> select_version{
    "SELECT token FROM vault_versions WHERE user_id = :owner AND name = :name AND version = :version"};
#define KONTOR_LISTED                                                                           \
  "SELECT s.name, s.version, s.created_at, s.updated_at, s.deleted_at, s.last_used_at, v.token" \
  " FROM vault_secrets s"                                                                       \
  " LEFT JOIN vault_versions v ON v.user_id = s.user_id AND v.name = s.name AND v.version = s.version"
using listed_columns =
    sql::query<std::string, std::int64_t, base::timestamp, base::timestamp, maybe_time, maybe_time, maybe_text>;
constexpr listed_columns select_list{KONTOR_LISTED " WHERE s.user_id = :owner ORDER BY s.name"};
constexpr listed_columns select_named{KONTOR_LISTED " WHERE s.user_id = :owner AND s.name = :name"};
#undef KONTOR_LISTED
constexpr sql::query<std::int64_t, base::timestamp> select_versions{
    "SELECT version, created_at FROM vault_versions WHERE user_id = :owner AND name = :name ORDER BY version DESC"};
constexpr sql::query<std::int64_t> select_last{
    "SELECT COALESCE(MAX(version), 0) FROM vault_versions WHERE user_id = :owner AND name = :name"
    " AND version < :most"};

template <class Row>
listed_secret read_listed(Row& row) {
  auto& [name, version, created, updated, deleted, used, token] = row;
  secret_head head{
      .version = version, .created_at = created, .updated_at = updated, .deleted_at = deleted, .last_used_at = used};
  return {std::move(name), head, std::move(token)};
}

}  // namespace

std::optional<stored_secret> find_secret(sql::session& in, const base::user_id& owner, std::string_view name) {
  auto row = in.first(select_secret, {{"name", name}, {"owner", owner}});
  if (!row) return std::nullopt;
  auto& [master, wrapped, directory, version, created, updated, deleted, used, token] = *row;
  stored_secret found{.keys = {std::move(master), std::move(wrapped), std::move(directory)},
                      .head = std::nullopt,
                      .token = std::move(token)};
  if (version)
    found.head = {.version = *version,
                  .created_at = created.value(),
                  .updated_at = updated.value(),
                  .deleted_at = deleted,
                  .last_used_at = used};
  return found;
}

std::optional<std::string> find_version(sql::session& in, const base::user_id& owner, std::string_view name,
                                        std::int64_t version) {
  auto row = in.first(select_version, {{"owner", owner}, {"name", name}, {"version", version}});
  if (!row) return std::nullopt;
  return std::move(std::get<0>(*row));
}

std::vector<listed_secret> list_secrets(sql::session& in, const base::user_id& owner) {
  std::vector<listed_secret> secrets;
  for (auto& row : in.all(select_list, {{"owner", owner}}))
    secrets.push_back(read_listed(row));
  return secrets;
}

std::vector<listed_secret> list_secrets(sql::session& in, const base::user_id& owner,
                                        std::span<const std::string> names) {
  std::vector<listed_secret> secrets;
  for (const auto& name : names)
    if (auto row = in.first(select_named, {{"owner", owner}, {"name", name}})) secrets.push_back(read_listed(*row));
  return secrets;
}

std::vector<listed_version> list_versions(sql::session& in, const base::user_id& owner, std::string_view name) {
  std::vector<listed_version> versions;
  for (const auto& [version, created] : in.all(select_versions, {{"owner", owner}, {"name", name}}))
    versions.push_back({version, created});
  return versions;
}

std::int64_t last_version(sql::session& in, const base::user_id& owner, std::string_view name) {
  return std::get<0>(in.first(select_last, {{"owner", owner}, {"name", name}, {"most", most_version}}).value());
}

void put_head(sql::session& in, const base::user_id& owner, std::string_view name, std::int64_t version,
              base::timestamp now) {
  in.execute(
      "INSERT INTO vault_secrets (user_id, name, version, created_at, updated_at, deleted_at, last_used_at)"
      " VALUES (:owner, :name, :version, :now, :now_again, NULL, NULL)"
      " ON CONFLICT (user_id, name) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at,"
      " deleted_at = NULL",
      {{"owner", owner}, {"name", name}, {"version", version}, {"now", now}, {"now_again", now}});
}

void insert_version(sql::session& in, const base::user_id& owner, const listed_version& what, std::string_view name,
                    std::string_view token) {
  in.execute(
      "INSERT INTO vault_versions (user_id, name, version, token, created_at)"
      " VALUES (:owner, :name, :version, :token, :created_at)",
      {{"owner", owner}, {"name", name}, {"version", what.version}, {"token", token}, {"created_at", what.created_at}});
}

void keep_versions(sql::session& in, const base::user_id& owner, std::string_view name, version_range kept) {
  in.execute(
      "DELETE FROM vault_versions WHERE user_id = :owner AND name = :name AND (version < :first OR version > :last)",
      {{"owner", owner}, {"name", name}, {"first", kept.first}, {"last", kept.last}});
}

bool set_deleted(sql::session& in, const base::user_id& owner, std::string_view name,
                 std::optional<base::timestamp> deleted_at, base::timestamp now) {
  return in.execute(
             "UPDATE vault_secrets SET deleted_at = :deleted_at, updated_at = :now"
             " WHERE user_id = :owner AND name = :name",
             {{"deleted_at", deleted_at}, {"now", now}, {"owner", owner}, {"name", name}}) == 1;
}

bool remove_secret(sql::session& in, const base::user_id& owner, std::string_view name) {
  return in.execute("DELETE FROM vault_secrets WHERE user_id = :owner AND name = :name",
                    {{"owner", owner}, {"name", name}}) == 1;
}

bool note_use(sql::session& in, const base::user_id& owner, std::string_view name, base::timestamp at,
              std::chrono::microseconds granularity) {
  return in.execute(
             "UPDATE vault_secrets SET last_used_at = :now WHERE user_id = :owner AND name = :name"
             " AND (last_used_at IS NULL OR last_used_at <= :before OR last_used_at > :now_again)",
             {{"now", at}, {"owner", owner}, {"name", name}, {"before", at - granularity}, {"now_again", at}}) == 1;
}

}  // namespace kontor::vault::statements
