// `kontor backup` and `kontor restore`.
#include "app/backup_copy.hpp"
#include "app/migrations.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "app/part_settings.hpp"
#include "app/signing_key.hpp"
#include "app/small_file.hpp"
#include "audit/console_event.hpp"
#include "backup/archive.hpp"
#include "base/text.hpp"
#include "command/commands.hpp"
#include "command/opened_installation.hpp"
#include "command/revocation.hpp"
#include "json/writer.hpp"
#include "sql/data_folder.hpp"
#include "sql/foreign_file.hpp"
#include "sql/integrity.hpp"
#include "sql/migrator.hpp"
#include "vault/file_keys.hpp"
#include "vault/key_service.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace kontor::command {
namespace {

constexpr std::size_t shortest_passphrase = 12;

base::secret_bytes read_passphrase(const std::optional<std::string>& file) {
  if (!file) return {};
  auto text = app::read_small_file(*file);
  if (!text) throw std::runtime_error("The passphrase file " + *file + " " + text.error().detail);
  const auto held = base::trim(*text, "\r\n");
  base::secret_bytes passphrase(held);
  base::wipe(text->data(), text->size());
  if (passphrase.size() < shortest_passphrase)
    throw std::runtime_error("The passphrase in " + *file + " is too short: it needs 12 bytes at least.");
  return passphrase;
}

void refuse_postgresql(const app::config& settings) {
  if (settings.database_url.empty()) return;
  throw std::runtime_error(
      "The database of DATABASE_URL is PostgreSQL, which has tools of its own: pg_dump --format=custom for a backup, "
      "pg_restore into an empty database. Keep jwt.key and, apart from it, vault.key of the data folder with it. See "
      "docs/operations.md.");
}

// What was taken out of a backup, before anything relies on it. SQLite takes an empty file for a database.
void refuse_unfit(const backup::unpacked_archive& unpacked) {
  sql::database_settings restored;
  restored.sqlite_file = unpacked.place_of("app.db");
  int found = 0;
  try {
    found = sql::schema_version(restored);
  } catch (const std::runtime_error&) {
    throw std::runtime_error(
        "What this backup holds as its database is none, or damaged, and was not restored. Take another backup.");
  }
  if (found == 0)
    throw std::runtime_error("The database in this backup is empty, and was not restored. Take another backup.");
  if (found > app::all_migrations().back().number)
    throw std::runtime_error("The backup was made by a newer Kontor (" + unpacked.facts().program +
                             "). Restore it with that one.");
  if (const auto damage = sql::find_damage(restored); !damage.empty())
    throw std::runtime_error("The database in this backup is damaged, and was not restored: " + damage.front() +
                             ". Take another backup.");
}

void note_backup(opened_installation& installation, const audit::audit_log& audit, bool is_sealed, bool with_key) {
  json::writer detail;
  detail.begin_object().member("sealed", is_sealed).member("with_vault_key", with_key).end_object();
  auto entry = audit::console_event(audit::action::backup_made, std::move(detail).str(), base::system_clock().now());
  auto job = [&audit, entry = std::move(entry)](sql::session& in) { audit.append(in, entry); };
  if (const auto done = installation.database().write_now(std::move(job)); !done)
    throw std::runtime_error(done.error().code == base::errc::storage_full
                                 ? "The disk of the data folder is full, and no backup was made. Make room first."
                                 : "The database cannot be written, and no backup was made: " +
                                       done.error().internal_detail + ". Run kontor doctor.");
}

std::vector<backup::file_to_keep> files_of(const app::config& settings, const std::filesystem::path& copy,
                                           bool with_key) {
  std::vector<backup::file_to_keep> files;
  files.push_back({.name = "app.db", .from = copy});
  const auto signing_key = settings.data_dir / "jwt.key";
  std::error_code unknown;
  if (std::filesystem::exists(signing_key, unknown)) files.push_back({.name = "jwt.key", .from = signing_key});
  if (with_key) files.push_back({.name = "vault.key", .from = app::own_vault_key_file(settings)});
  return files;
}

// Only what the program itself keeps there can be told to be the key of this database.
void refuse_foreign_key(const app::config& settings) {
  if (settings.vault_key.empty() && settings.vault_key_file.empty()) return;
  throw std::runtime_error(
      "The key of the vault is yours to keep (VAULT_KEY, VAULT_KEY_FILE), so --with-key is not possible: keep a copy "
      "of it apart from the backups.");
}

// So that no rotation changes the file until it is in the backup.
std::unique_ptr<vault::key_hold> hold_keys(const app::config& settings) {
  auto held = vault::file_keys(app::own_vault_key_file(settings), vault::file_keys::keeper::program).hold();
  if (!held) throw std::runtime_error("No backup was made. " + held.error().detail);
  return std::move(*held);
}

// Are the keys in the file those that the copy hangs on?
void refuse_wrong_key(const app::config& settings, const std::filesystem::path& copy) {
  vault::file_keys source(app::own_vault_key_file(settings), vault::file_keys::keeper::program);
  const auto loaded = source.load();
  sql::foreign_file look(copy, sql::foreign_file::purpose::read);
  const auto needed = vault::statements::list_master_keys(look.in());
  const auto why = !needed.empty() ? vault::judge_keys(needed, loaded, source.name()).why
                   : loaded        ? std::string()
                                   : loaded.error().detail;
  if (!why.empty()) throw std::runtime_error("No backup was made, because its key would open nothing. " + why);
}

// Elsewhere it means standard output; a file of that name would be a surprise.
void refuse_standard_output(const std::string& file) {
  if (file == "-")
    throw std::runtime_error("A backup goes into a file, not to standard output: name one (./- for one of that name).");
}

bool is_left_over(std::string_view name) noexcept {
  return name.find(".restoring") != std::string_view::npos;
}

// What may stand there: what a new disk has, the lock of the folder, and what an attempt that was killed left, which
// may have got as far as the keys.
void refuse_full_folder(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  const bool was_begun = std::ranges::any_of(names, is_left_over);
  for (const auto& name : names) {
    if (name == "kontor.lock" || name == "lost+found" || is_left_over(name)) continue;
    if (was_begun && (name == "jwt.key" || name == "vault.key")) continue;
    throw std::runtime_error("The data folder " + folder.string() + " is not empty (" + base::printable(name, 80) +
                             "). A backup is restored into a new one only: name it with DATA_DIR.");
  }
}

// The key that the log in the backup goes on under; nothing where neither backup nor settings have one.
std::optional<audit::audit_log> restored_audit_log(const app::config& settings,
                                                   const backup::unpacked_archive& unpacked) {
  if (!settings.audit_key.empty()) return std::make_optional<audit::audit_log>(settings.audit_key);
  if (!settings.jwt_secret_key.empty()) return std::make_optional<audit::audit_log>(settings.jwt_secret_key);
  const auto file = unpacked.place_of("jwt.key");
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return std::nullopt;
  return std::make_optional<audit::audit_log>(app::load_signing_key(file));
}

audit::event restoring_of(const backup::archive_facts& facts) {
  json::writer detail;
  detail.begin_object()
      .member("made_at", base::to_rfc3339(facts.made_at))
      .member("program", facts.program)
      .end_object();
  return audit::console_event(audit::action::backup_restored, std::move(detail).str(), base::system_clock().now());
}

enum class noted { yes, no };

// Whoever was signed in then may have been signed out since, have another password, or be deactivated. The entry in the
// log tells, under the same key, where the time before the backup ends: what follows is not what followed then.
noted end_all_sessions(const std::filesystem::path& file, const std::optional<audit::audit_log>& audit,
                       const audit::event& entry) {
  sql::database_settings restored;
  restored.sqlite_file = file;
  const auto store = sql::open_database(restored);
  auto job = [&audit, &entry](sql::session& in) {
    revoke_everything(in);
    if (!audit || audit->look(in) == audit::head_state::other_key) return noted::no;
    audit->append(in, entry);
    return noted::yes;
  };
  const auto done = store->write_now(std::move(job));
  store->stop();
  // SQLite writes its log into the file and removes it when the last connection goes.
  std::error_code unknown;
  if (!done || std::filesystem::exists(file.string() + "-wal", unknown))
    throw std::runtime_error("The database in this backup cannot be written, and was not restored.");
  return *done;
}

}  // namespace

int make_backup(const app::config& settings, const backup_arguments& what) {
  refuse_postgresql(settings);
  refuse_standard_output(what.file);
  const auto passphrase = read_passphrase(what.passphrase_file);
  opened_installation installation(settings);
  const auto audit = app::open_audit_log(settings, installation.database());
  if (what.with_key) refuse_foreign_key(settings);
  const app::backup_lock alone(settings.data_dir);
  alone.demand();
  const auto now = base::system_clock().now();
  backup::container_writer out(what.file, passphrase, now);
  const app::removed_when_interrupted at_a_signal(out.partial());
  // Before anything can leave, and so it is in the backup too.
  note_backup(installation, audit, !passphrase.empty(), what.with_key);
  const auto keys = what.with_key ? hold_keys(settings) : nullptr;
  const app::backup_copy copy(settings, alone);
  if (what.with_key) refuse_wrong_key(settings, copy.file());
  const auto facts = backup::write_archive(
      out, {.program = KONTOR_VERSION, .schema = app::all_migrations().back().number, .made_at = now, .files = {}},
      files_of(settings, copy.file(), what.with_key));
  out.finish();
  std::cout << "backup of " << base::to_rfc3339(facts.made_at) << ": " << what.file << "\n";
  for (const auto& [name, size] : facts.files)
    std::cout << "  " << name << "  " << size << " bytes\n";
  if (passphrase.empty())
    std::cout << "It is not sealed: who reads it reads the database. Keep it like the data folder.\n";
  if (!what.with_key)
    std::cout << "The key of the vault is not in it: without that key, or the recovery key, no secret opens again.\n";
  return 0;
}

int restore_backup(const app::config& settings, const backup_arguments& what) {
  refuse_postgresql(settings);
  const auto passphrase = read_passphrase(what.passphrase_file);
  backup::container_reader in(what.file, passphrase);
  const sql::data_folder_lock alone(settings.data_dir);
  refuse_full_folder(settings.data_dir);
  backup::unpacked_archive unpacked(in, settings.data_dir);
  std::error_code unknown;
  if (!std::filesystem::exists(unpacked.place_of("app.db"), unknown))
    throw std::runtime_error("There is no database in this backup.");
  refuse_unfit(unpacked);
  const auto audit = restored_audit_log(settings, unpacked);
  const auto told = end_all_sessions(unpacked.place_of("app.db"), audit, restoring_of(unpacked.facts()));
  unpacked.keep();
  std::cout << "restored what was backed up at " << base::to_rfc3339(unpacked.facts().made_at) << ":\n";
  for (const auto& [name, size] : unpacked.facts().files)
    std::cout << "  " << name << "  " << size << " bytes\n";
  if (told == noted::no)
    std::cout << "The audit log was not told of this, because its key is not here: put back the AUDIT_KEY, "
                 "JWT_SECRET_KEY or jwt.key that it was begun with.\n";
  std::cout
      << "Everybody signs in again, programs need new tokens, and what was changed since the backup is as it was. "
         "Put the key of the vault back unless it was in the backup, then start the server and run kontor doctor.\n";
  return 0;
}

}  // namespace kontor::command
