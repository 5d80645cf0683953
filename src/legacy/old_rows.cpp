#include "legacy/old_rows.hpp"

#include "legacy/unusable_folder.hpp"
#include "sql/foreign_file.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <initializer_list>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace kontor::legacy {
namespace {

using purpose = sql::foreign_file::purpose;

constexpr sql::query<std::string> check_pages{"SELECT integrity_check FROM pragma_integrity_check(20)"};
constexpr sql::query<std::int64_t> count_broken{"SELECT COUNT(*) FROM pragma_foreign_key_check"};
constexpr sql::query<std::string> select_columns{"SELECT name FROM pragma_table_info(:table_name)"};
constexpr std::array<std::string_view, 3> other_tables = {"predictions", "prediction_evaluations", "global_insights"};

using columns = std::set<std::string, std::less<>>;

columns columns_of(sql::session& in, std::string_view table) {
  columns found;
  for (auto& [name] : in.all(select_columns, {{"table_name", table}}))
    found.insert(std::move(name));
  return found;
}

// SQLite keeps to no types, so everything is read as text; a column that is not there is NULL.
std::string select_text(std::string_view table, const columns& present, std::initializer_list<std::string_view> wanted,
                        std::string_view order) {
  std::string text = "SELECT ";
  for (const auto column : wanted) {
    if (!text.ends_with(' ')) text += ", ";
    text += present.contains(column) ? "CAST(" + std::string(column) + " AS TEXT)" : std::string("CAST(NULL AS TEXT)");
  }
  return text + " FROM " + std::string(table) + " ORDER BY " + std::string(order);
}

bool is_users(const columns& of_users) {
  return of_users.contains("id") && of_users.contains("email") && of_users.contains("hashed_password");
}

// Ours has other tables besides, and the same one.
bool is_ours(sql::session& in) {
  return !columns_of(in, "schema_migrations").empty();
}

std::string_view order_of(const columns& present) {
  return present.contains("created_at") ? "created_at, id" : "id";
}

void read_users(sql::session& in, const columns& present, old_rows& into) {
  const auto text = select_text("users", present,
                                {"id", "email", "hashed_password", "is_admin", "is_active", "created_at", "updated_at"},
                                order_of(present));
  const sql::query<old_text, old_text, old_text, old_text, old_text, old_text, old_text> select{text};
  for (auto& [id, email, hash, admin, active, created, updated] : in.all(select))
    into.users.push_back({std::move(id), std::move(email), std::move(hash), std::move(admin), std::move(active),
                          std::move(created), std::move(updated)});
}

void read_conversations(sql::session& in, old_rows& into) {
  const auto present = columns_of(in, "conversations");
  if (present.empty()) return;
  const auto text =
      select_text("conversations", present, {"id", "user_id", "title", "created_at", "updated_at"}, order_of(present));
  const sql::query<old_text, old_text, old_text, old_text, old_text> select{text};
  for (auto& [id, user, title, created, updated] : in.all(select))
    into.conversations.push_back(
        {std::move(id), std::move(user), std::move(title), std::move(created), std::move(updated)});
}

void read_messages(sql::session& in, old_rows& into) {
  const auto present = columns_of(in, "messages");
  if (present.empty()) return;
  const auto text = select_text("messages", present,
                                {"id", "conversation_id", "role", "content", "metadata_json", "created_at"}, "id");
  const sql::query<old_text, old_text, old_text, old_text, old_text, old_text> select{text};
  for (auto& [id, conversation, role, content, metadata, created] : in.all(select))
    into.messages.push_back({std::move(id), std::move(conversation), std::move(role), std::move(content),
                             std::move(metadata), std::move(created)});
}

void count_others(sql::session& in, old_rows& into) {
  for (const auto name : other_tables) {
    if (columns_of(in, name).empty()) continue;
    const auto text = "SELECT COUNT(*) FROM " + std::string(name);
    const sql::query<std::int64_t> select{text};
    if (const auto rows = std::get<0>(in.first(select).value()); rows != 0)
      into.others.push_back({.name = std::string(name), .rows = rows});
  }
}

void refuse_damage(sql::session& in, const std::filesystem::path& file) {
  for (const auto& [line] : in.all(check_pages))
    if (line != "ok")
      throw unusable_folder("The database " + file.string() + " is damaged (" + line +
                            "). Take it from a backup; nothing was taken.");
}

}  // namespace

old_rows read_rows(const std::filesystem::path& file) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(file, unknown))
    throw unusable_folder("There is no file " + file.string() +
                          ": this is no data folder of the predecessor, or it cannot be read.");
  try {
    sql::foreign_file opened(file, purpose::read);
    auto& in = opened.in();
    refuse_damage(in, file);
    const auto of_users = columns_of(in, "users");
    if (!is_users(of_users) || is_ours(in))
      throw unusable_folder("The database " + file.string() + " was not made by the predecessor.");
    old_rows rows;
    rows.broken_references = std::get<0>(in.first(count_broken).value());
    read_users(in, of_users, rows);
    read_conversations(in, rows);
    read_messages(in, rows);
    count_others(in, rows);
    return rows;
  } catch (const sql::sql_error& failed) {
    throw unusable_folder(
        "The database " + file.string() + " cannot be read (" + failed.what() +
        "). If the predecessor was interrupted, start and stop it once more, or copy the folder with the "
        "program stopped; nothing was taken.");
  }
}

bool is_old_database(const std::filesystem::path& file) noexcept {
  try {
    sql::foreign_file opened(file, purpose::read);
    auto& in = opened.in();
    const auto of_users = columns_of(in, "users");
    // The look-alike form is ours alone.
    return is_users(of_users) && !of_users.contains("email_lookalike") && !is_ours(in);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace kontor::legacy
