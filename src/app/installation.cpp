#include "app/installation.hpp"

#include "account/admin_service.hpp"
#include "admin/console.hpp"
#include "app/backup_copy.hpp"
#include "app/migrations.hpp"
#include "app/part_settings.hpp"
#include "app/signing_key.hpp"
#include "base/log.hpp"
#include "sql/migrator.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace kontor::app {
namespace {

// The key is made after the database, so a key alone means that the database was lost. To begin anew over its loss,
// silently and with open registration, would be the worst answer.
void refuse_to_replace_a_lost_database(const config& settings) {
  std::error_code unknown;
  const auto file = settings.data_dir / "app.db";
  const bool is_there = std::filesystem::exists(file, unknown) && std::filesystem::file_size(file, unknown) != 0;
  if (!settings.database_url.empty() || is_there || !std::filesystem::exists(settings.data_dir / "jwt.key", unknown))
    return;
  throw std::runtime_error(
      "The data folder " + settings.data_dir.string() +
      " has a jwt.key but no database: app.db was lost. Restore it from a backup, or remove jwt.key to begin anew.");
}

}  // namespace

bool has_signing_key(const config& settings) {
  std::error_code unknown;
  const auto found = std::filesystem::symlink_status(settings.data_dir / "jwt.key", unknown);
  return !settings.jwt_secret_key.empty() || found.type() != std::filesystem::file_type::not_found;
}

base::secret_bytes signing_key_of(const config& settings) {
  return settings.jwt_secret_key.empty() ? load_or_make_signing_key(settings.data_dir)
                                         : settings.jwt_secret_key.clone();
}

base::secret_bytes existing_signing_key_of(const config& settings) {
  if (!has_signing_key(settings))
    throw std::runtime_error("There is no key " + (settings.data_dir / "jwt.key").string() +
                             ". Check DATA_DIR and JWT_SECRET_KEY, or restore it from a backup.");
  return signing_key_of(settings);
}

std::unique_ptr<sql::database> open_current_database(const config& settings) {
  refuse_interrupted_restore(settings);
  refuse_to_replace_a_lost_database(settings);
  remove_left_copies(settings);
  const auto opened = database_settings_of(settings);
  const auto report = sql::migrate(opened, all_migrations());
  if (report.after != report.before)
    base::log(base::log_level::info, "the database was brought up to date",
              {{"from", std::to_string(report.before)},
               {"to", std::to_string(report.after)},
               {"backup", report.backup.string()}});
  return sql::open_database(opened);
}

std::optional<account::issued_setup_link> make_first_admin(sql::database& database, const audit::audit_log& audit,
                                                           const base::clock& clock, const config& settings) {
  if (settings.admin_email.empty()) return std::nullopt;
  const admin::console console(database, audit, clock);
  account::admin_service admins(database, clock, account::account_settings{}.setup_link_life, console.writes_down());
  auto link = admins.bootstrap_admin(settings.admin_email);
  if (!link)
    throw std::runtime_error("The first administrator could not be made: " + link.error().detail + " " +
                             link.error().internal_detail);
  return std::move(*link);
}

}  // namespace kontor::app
