// `kontor import legacy` and `kontor export legacy`.
#include "app/commands.hpp"
#include "app/installation.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_installation.hpp"
#include "app/opened_vault.hpp"
#include "app/part_settings.hpp"
#include "app/predecessor.hpp"
#include "json/writer.hpp"
#include "legacy/exporter.hpp"
#include "legacy/old_models.hpp"
#include "legacy/report.hpp"
#include "outbound/llm_probe.hpp"
#include "sql/data_folder.hpp"
#include "sql/migrator.hpp"
#include "vault/key_service.hpp"
#include "vault/vault_service.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace kontor::app {
namespace {

// All of it is one transaction, which takes longer than a request may.
constexpr std::chrono::minutes longest_move{30};

bool is_missing(const sql::database_settings& opened) {
  std::error_code unknown;
  if (opened.url.empty() && !std::filesystem::exists(opened.sqlite_file, unknown)) return true;
  return sql::schema_version(opened) == 0;
}

/// The installation that is moved into or out of, with its vault.
class moved_installation {
 public:
  enum class missing { is_made, is_refused };

  moved_installation(const config& settings, missing if_missing) {
    auto opened = database_settings_of(settings);
    if (if_missing == missing::is_made && is_missing(opened)) {
      alone_.emplace(settings.data_dir);
      const auto made = open_current_database(settings);
      audit_.emplace(begin_audit_log(settings, *made));
      made->stop();
    } else {
      beside_.emplace(settings);
      audit_.emplace(open_audit_log(settings, beside_->database()));
    }
    opened.statement_timeout = longest_move;
    database_ = sql::open_database(opened);
    key_source_ = make_vault_key_source(settings);
    ring_ = std::make_unique<vault::keyring>(*key_source_);
    recovery_key_ = open_vault(*database_, *ring_, *audit_, clock_);
    secrets_ = std::make_unique<vault::vault_service>(*database_, *ring_, *audit_, clock_);
  }
  ~moved_installation() { secrets_->stop(); }
  moved_installation(const moved_installation&) = delete;
  moved_installation& operator=(const moved_installation&) = delete;

  sql::database& database() noexcept { return *database_; }
  const audit::audit_log& audit() const noexcept { return *audit_; }
  vault::vault_service& secrets() noexcept { return *secrets_; }
  vault::vault_state vault_state() const { return ring_->state(); }
  const std::optional<base::secret_bytes>& recovery_key() const noexcept { return recovery_key_; }
  void note_recovery_key_shown() {
    (void)vault::key_service(*database_, *ring_, *audit_, clock_).note_recovery_shown();
  }
  base::timestamp now() const noexcept { return clock_.now(); }

 private:
  const base::system_clock clock_;
  std::optional<sql::data_folder_lock> alone_;
  std::optional<opened_installation> beside_;
  std::optional<audit::audit_log> audit_;
  std::unique_ptr<sql::database> database_;
  std::unique_ptr<vault::master_key_source> key_source_;
  std::unique_ptr<vault::keyring> ring_;
  std::optional<base::secret_bytes> recovery_key_;
  std::unique_ptr<vault::vault_service> secrets_;
};

int refuse(const base::error& why, const vault::vault_state& vault) {
  const bool is_vault = vault.state != vault::key_state::ready;
  std::cerr << "kontor: nothing was moved: "
            << (is_vault ? vault.why
                         : "the database could not do it (" + std::string(base::name_of(why.code)) +
                               "): " + why.internal_detail)
            << "\n";
  return 1;
}

legacy::import_outcome preview(const config& settings, const legacy::moving_plan& plan) {
  const auto opened = database_settings_of(settings);
  if (is_missing(opened)) return legacy::preview_plan(plan);
  opened_installation installation(settings);
  auto job = [&plan](sql::session& in) { return legacy::preview_plan(in, plan); };
  const auto found = installation.database().read_now(std::move(job));
  if (!found) throw std::runtime_error("The database cannot be read: " + found.error().internal_detail + ".");
  return *found;
}

void refuse_same_folder(const config& settings, const std::filesystem::path& folder) {
  std::error_code unknown;
  if (std::filesystem::equivalent(settings.data_dir, folder, unknown))
    throw std::runtime_error("The folder " + folder.string() +
                             " is the data folder itself. Give one of them another name (DATA_DIR).");
}

}  // namespace

int import_legacy(const config& settings, const std::string& folder, bool is_dry_run) {
  refuse_same_folder(settings, folder);
  refuse_predecessor(settings);
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
  if (into.recovery_key()) {
    if (!show_recovery_key(into.vault_state().key_id, *into.recovery_key())) {
      std::cerr << "kontor: " << recovery_key_not_shown << "\n";
      return 1;
    }
    into.note_recovery_key_shown();
  }
  return 0;
}

int export_legacy(const config& settings, const std::string& folder) {
  refuse_same_folder(settings, folder);
  moved_installation from(settings, moved_installation::missing::is_refused);
  // The entry is there before anything leaves. A job may run twice, and its answer is copied: hence the pointer.
  auto job = [&from](sql::session& in) -> base::result<std::shared_ptr<legacy::export_content>> {
    auto content = legacy::read_content(in, from.secrets());
    if (!content) return content.error();
    json::writer detail;
    detail.begin_object()
        .member("users", content->users.size())
        .member("secrets", content->secrets.size())
        .end_object();
    from.audit().append(in, {.owner = std::nullopt,
                             .actor = std::nullopt,
                             .action = audit::action::data_exported,
                             .outcome = audit::result::ok,
                             .detail = std::move(detail).str(),
                             .address = "console",
                             .request_id = "",
                             .at = from.now()});
    return std::make_shared<legacy::export_content>(std::move(*content));
  };
  const auto content = from.database().write_now(std::move(job));
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

}  // namespace kontor::app
