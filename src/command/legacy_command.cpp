// `kontor import legacy` and `kontor export legacy`.
#include "account/user_statements.hpp"
#include "app/installation.hpp"
#include "app/migrations.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "app/part_settings.hpp"
#include "app/predecessor.hpp"
#include "audit/console_event.hpp"
#include "command/commands.hpp"
#include "command/opened_installation.hpp"
#include "legacy/exporter.hpp"
#include "legacy/old_models.hpp"
#include "legacy/report.hpp"
#include "outbound/llm_probe.hpp"
#include "sql/data_folder.hpp"
#include "sql/migrator.hpp"
#include "vault/key_service.hpp"
#include "vault/key_statements.hpp"
#include "vault/vault_service.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace kontor::command {
namespace {

// All of it is one transaction, which takes longer than a request may.
constexpr std::chrono::minutes longest_move{30};

bool is_missing(const sql::database_settings& opened) {
  std::error_code unknown;
  if (opened.url.empty() && !std::filesystem::exists(opened.sqlite_file, unknown)) return true;
  // Killed while it was made (sql::migrate takes that back).
  if (opened.url.empty() && std::filesystem::exists(opened.sqlite_file.string() + "-journal", unknown)) return true;
  return sql::schema_version(opened) == 0;
}

// Made, but not to the end: nobody has an account, and the rest may be missing.
bool is_empty(const sql::database_settings& opened) {
  if (sql::schema_version(opened) != app::all_migrations().back().number) return false;
  const auto database = sql::open_database(opened);
  auto job = [](sql::session& in) { return account::statements::list_users(in, "", 1).empty(); };
  const auto found = database->read_now(std::move(job));
  database->stop();
  return found && *found;
}

/// The installation that is moved into or out of, with its vault.
class moved_installation {
 public:
  enum class missing { is_made, is_refused };

  moved_installation(const app::config& settings, missing if_missing) {
    auto opened = app::database_settings_of(settings);
    if (if_missing == missing::is_made && may_make(settings, opened)) {
      const auto made = app::open_current_database(settings);
      audit_.emplace(app::begin_audit_log(settings, *made));
      made->stop();
    } else {
      beside_.emplace(settings);
      audit_.emplace(app::open_audit_log(settings, beside_->database()));
    }
    opened.statement_timeout = longest_move;
    database_ = sql::open_database(opened);
    key_source_ = app::make_vault_key_source(settings);
    ring_ = std::make_unique<vault::keyring>(*key_source_);
    // At once: what comes may fail, and it is shown this once.
    if (const auto recovery_key = app::open_vault(*database_, *ring_, *audit_, clock_)) {
      if (!app::show_recovery_key(ring_->state().key_id, *recovery_key))
        throw std::runtime_error(std::string(app::recovery_key_not_shown));
      (void)vault::key_service(*database_, *ring_, *audit_, clock_).note_recovery_shown();
    }
    secrets_ = std::make_unique<vault::vault_service>(*database_, *ring_, *audit_, clock_);
  }
  ~moved_installation() { secrets_->stop(); }
  moved_installation(const moved_installation&) = delete;
  moved_installation& operator=(const moved_installation&) = delete;

  sql::database& database() noexcept { return *database_; }
  const audit::audit_log& audit() const noexcept { return *audit_; }
  vault::vault_service& secrets() noexcept { return *secrets_; }
  vault::vault_state vault_state() const { return ring_->state(); }
  base::timestamp now() const noexcept { return clock_.now(); }

 private:
  // Where an attempt ended in the middle the next one goes on; who serves there has made all of it.
  bool may_make(const app::config& settings, const sql::database_settings& opened) {
    if (!is_missing(opened) && !is_empty(opened)) return false;
    try {
      alone_.emplace(settings.data_dir);
    } catch (const sql::data_folder_in_use&) {
      if (is_missing(opened)) throw;
      return false;
    }
    return true;
  }

  const base::system_clock clock_;
  std::optional<sql::data_folder_lock> alone_;
  std::optional<opened_installation> beside_;
  std::optional<audit::audit_log> audit_;
  std::unique_ptr<sql::database> database_;
  std::unique_ptr<vault::master_key_source> key_source_;
  std::unique_ptr<vault::keyring> ring_;
  std::unique_ptr<vault::vault_service> secrets_;
};

std::string sentence_of(const base::error& why, const vault::vault_state& vault) {
  if (why.code == base::errc::storage_full) return "the disk is full. Make room, then call this again.";
  if (vault.state != vault::key_state::ready) return vault.why;
  return "the database could not do it (" + std::string(base::name_of(why.code)) + "): " + why.internal_detail +
         ". Run kontor doctor, then call this again.";
}

int refuse(const base::error& why, const vault::vault_state& vault) {
  std::cerr << "kontor: nothing was moved: " << sentence_of(why, vault) << "\n";
  return 1;
}

legacy::import_outcome preview(const app::config& settings, const legacy::moving_plan& plan) {
  const auto opened = app::database_settings_of(settings);
  if (is_missing(opened)) return legacy::preview_plan(plan);
  opened_installation installation(settings);
  auto job = [&plan](sql::session& in) { return legacy::preview_plan(in, plan); };
  const auto found = installation.database().read_now(std::move(job));
  if (!found) throw std::runtime_error("The database cannot be read: " + found.error().internal_detail + ".");
  return *found;
}

void refuse_same_folder(const app::config& settings, const std::filesystem::path& folder) {
  std::error_code unknown;
  if (std::filesystem::equivalent(settings.data_dir, folder, unknown))
    throw std::runtime_error("The folder " + folder.string() +
                             " is the data folder itself. Give one of them another name (DATA_DIR).");
}

// Before anything leaves, and by itself: to read everything takes long, and on SQLite nobody else could write
// meanwhile.
base::result<void> note_export(moved_installation& from) {
  auto job = [&from](sql::session& in) -> base::result<void> {
    if (from.vault_state().state != vault::key_state::ready && vault::statements::count_user_rows(in) != 0)
      return base::error{base::errc::unavailable, "", "", ""};
    from.audit().append(in, audit::console_event(audit::action::data_exported, "", from.now()));
    return {};
  };
  return from.database().write_now(std::move(job));
}

}  // namespace

int import_legacy(const app::config& settings, const std::string& folder, bool is_dry_run) {
  refuse_same_folder(settings, folder);
  app::refuse_predecessor(settings);
  const auto now = base::system_clock().now();
  auto plan = legacy::read_folder(folder, now);
  const auto origin = [&settings](std::string_view address, settings::named_by who) {
    return outbound::llm_origin(settings.egress, address, who);
  };
  legacy::plan_models(plan, origin, now);
  if (is_dry_run) {
    std::cout << legacy::write_report(plan, preview(settings, plan), legacy::report_of::dry_run);
    return 0;
  }
  moved_installation into(settings, moved_installation::missing::is_made);
  auto job = [&into, &plan](sql::session& in) {
    return legacy::import_plan(in, plan, into.secrets(), into.audit(), into.now());
  };
  const auto done = into.database().write_now(std::move(job));
  if (!done) return refuse(done.error(), into.vault_state());
  std::cout << legacy::write_report(plan, *done, legacy::report_of::import);
  return 0;
}

int export_legacy(const app::config& settings, const std::string& folder) {
  refuse_same_folder(settings, folder);
  legacy::check_folder(folder);
  moved_installation from(settings, moved_installation::missing::is_refused);
  if (const auto done = note_export(from); !done) return refuse(done.error(), from.vault_state());
  // An answer is copied: hence the pointer.
  auto job = [&from](sql::session& in) -> base::result<std::shared_ptr<legacy::export_content>> {
    auto content = legacy::read_content(in, from.secrets());
    if (!content) return content.error();
    return std::make_shared<legacy::export_content>(std::move(*content));
  };
  const auto content = from.database().read_now(std::move(job));
  if (!content) return refuse(content.error(), from.vault_state());
  const auto& what = **content;
  legacy::write_folder(what, folder, from.now());
  std::cout << "written: users " << what.users.size() << ", conversations " << what.conversations.size() << ", secrets "
            << what.secrets.size() << "\n";
  for (const auto& [thing, why] : what.skipped)
    std::cout << "  not written: " << thing << ": " << why << "\n";
  for (const auto& sentence : what.notes)
    std::cout << "  " << sentence << "\n";
  std::cout << "Every secret stands in " << folder << " with its key beside it: keep the folder to yourself.\n";
  return 0;
}

}  // namespace kontor::command
