#include "app/health_checks.hpp"

#include "app/backup_copy.hpp"
#include "app/installation.hpp"
#include "app/migrations.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "app/part_settings.hpp"
#include "app/remembered_head.hpp"
#include "app/signing_key.hpp"
#include "audit/entries.hpp"
#include "base/text.hpp"
#include "sql/erasure.hpp"
#include "sql/integrity.hpp"
#include "sql/migrator.hpp"
#include "vault/key_service.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace kontor::app {
namespace {

using state = check_result::state;

constexpr std::uintmax_t mebibyte = 1024 * 1024;
constexpr auto tolerated_lead = std::chrono::minutes(5);
// No database of this program is older: a clock that says so was never set.
constexpr base::timestamp beginning = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);

check_result good(std::string what, std::string found) {
  return {state::good, std::move(what), std::move(found), ""};
}
check_result bad(std::string what, std::string found, std::string advice) {
  return {state::bad, std::move(what), std::move(found), std::move(advice)};
}
check_result skipped(std::string what, std::string why) {
  return {state::skipped, std::move(what), std::move(why), ""};
}

std::string mode_of(const struct stat& about) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(about.st_mode & 07777));
  return text.data();
}

std::string in_mebibytes(std::uintmax_t bytes) {
  return std::to_string(bytes / mebibyte) + " MiB";
}

bool has_database(const config& settings) {
  std::error_code unknown;
  return !settings.database_url.empty() || std::filesystem::exists(settings.data_dir / "app.db", unknown);
}

// When the newest file of the folder was written, as the file system says.
std::optional<base::timestamp> newest_file(const std::filesystem::path& folder) {
  std::optional<base::timestamp> newest;
  std::error_code failure;
  for (auto at = std::filesystem::directory_iterator(folder, failure);
       !failure && at != std::filesystem::directory_iterator(); at.increment(failure)) {
    struct stat about{};
    if (::stat(at->path().c_str(), &about) != 0) continue;
    const auto written = base::timestamp(std::chrono::seconds(about.st_mtim.tv_sec));
    newest = std::max(newest.value_or(written), written);
  }
  return newest;
}

std::string_view what_without_key(const config& settings) {
  if (!settings.audit_key.empty())
    return "Restore it from a backup. The next start makes another one, which signs everybody out.";
  return "Restore it from a backup: the next start refuses without it, unless the database is a new one. If it is "
         "lost: kontor admin accept-audit-log goes on with a new one, which signs everybody out and cannot verify what "
         "was written before.";
}

constexpr std::string_view start_once = "Start the server once (kontor serve), or check DATA_DIR and DATABASE_URL.";

}  // namespace

bool is_readable(const config& settings) {
  try {
    return has_database(settings) &&
           sql::schema_version(database_settings_of(settings)) == all_migrations().back().number;
  } catch (const std::exception&) {
    return false;
  }
}

check_result check_data_folder(const config& settings) {
  const std::string what = "data folder";
  const auto folder = settings.data_dir.string();
  struct stat about{};
  if (::stat(folder.c_str(), &about) != 0)
    return bad(what, folder + " cannot be looked at: " + std::strerror(errno) + ".", std::string(start_once));
  if (!S_ISDIR(about.st_mode)) return bad(what, folder + " is not a folder.", "Let DATA_DIR name a folder.");
  if ((about.st_mode & 0077) != 0)
    return bad(what, folder + " is open to others than its owner (mode " + mode_of(about) + ").",
               "chmod 700 " + folder);
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
    return bad(what, folder + " cannot be written by this user.", "Run as the user that owns it, or chown it.");
  for (const auto* name : {"app.db", "app.db-wal", "jwt.key", "vault.key"}) {
    const auto file = (settings.data_dir / name).string();
    if (::stat(file.c_str(), &about) != 0) continue;
    if ((about.st_mode & 0077) != 0)
      return bad(what, file + " can be read by others (mode " + mode_of(about) + ").", "chmod 600 " + file);
  }
  return good(what, folder + " belongs to its owner alone.");
}

check_result check_signing_key(const config& settings) {
  const std::string what = "signing key";
  if (!settings.jwt_secret_key.empty()) return good(what, "JWT_SECRET_KEY is set.");
  const auto file = (settings.data_dir / "jwt.key").string();
  if (!has_signing_key(settings))
    return bad(what, "There is no " + file + ".", std::string(what_without_key(settings)));
  try {
    (void)load_or_make_signing_key(settings.data_dir);
  } catch (const std::exception& refused) {
    return bad(what, refused.what(), "See the sentence before.");
  }
  return good(what, file + " holds a key.");
}

check_result check_schema(const config& settings) {
  const std::string what = "schema";
  const auto wanted = all_migrations().back().number;
  try {
    const auto found = sql::schema_version(database_settings_of(settings));
    const auto numbers =
        "The schema is number " + std::to_string(found) + ", this program's is " + std::to_string(wanted);
    if (found == wanted) return good(what, "The schema is number " + std::to_string(found) + ", as it must be.");
    if (found == 0) return bad(what, "There is no database yet.", std::string(start_once));
    if (found > wanted) return bad(what, numbers + ".", "Use the newer program that wrote it.");
    return bad(what, numbers + ".", "Start the server once (kontor serve): it brings the schema up to date.");
  } catch (const std::exception& refused) {
    return bad(what, refused.what(), "Check DATABASE_URL, and whether the database server runs.");
  }
}

check_result check_integrity(const config& settings) {
  const std::string what = "database";
  if (!has_database(settings)) return skipped(what, "There is no database.");
  const auto damage = sql::find_damage(database_settings_of(settings));
  if (damage.empty()) {
    const auto version = sql::server_version(database_settings_of(settings));
    return good(what, settings.database_url.empty() ? "All pages and references are whole (SQLite " + version + ")."
                                                    : "PostgreSQL " + version + " answers.");
  }
  const auto more = damage.size() == 1 ? "" : " (and " + std::to_string(damage.size() - 1) + " more)";
  return bad(what, damage.front() + more + ".",
             settings.database_url.empty()
                 ? "Stop the server, keep a copy of the data folder, and restore the newest backup that is whole."
                 : "Check DATABASE_URL, and whether the database server runs.");
}

check_result check_interrupted_deletions(const config& settings) {
  const std::string what = "deletions";
  const auto left = sql::count_interrupted_erasures(database_settings_of(settings));
  if (left == 0) return good(what, "None was interrupted.");
  return bad(what, std::to_string(left) + " of them did not reach the files yet.",
             "Start the server, or restart it: it finishes them first.");
}

check_result check_left_files(const config& settings) {
  const std::string what = "left over";
  std::string names;
  for (const auto& name : find_left_files(settings))
    names += (names.empty() ? "" : ", ") + base::printable(name, 80);
  if (names.empty()) return good(what, "No command that was killed left anything.");
  return bad(what, "A command that was killed left " + names + ", which may hold keys or a copy of the database.",
             "Unless one runs at this moment: remove what ends with .new or .partial; where it says restoring, call "
             "kontor restore again.");
}

check_result check_vault(const config& settings) {
  const std::string what = "vault";
  if (!is_readable(settings)) return skipped(what, "The database is not one that can be read.");
  const auto database = sql::open_database(database_settings_of(settings));
  const auto keys = make_vault_key_source(settings);
  vault::keyring ring(*keys);
  const audit::audit_log unused(base::secret_bytes(std::string(32, '0')));
  const base::system_clock clock;
  const auto found = vault::key_service(*database, ring, unused, clock).status();
  if (!found) return bad(what, "It cannot be read: " + found.error().internal_detail + ".", "See the line `database`.");
  if (found->in_database.empty())
    return bad(what, "It has no key yet.", "Restart the server: it makes one, or says why it cannot.");
  if (found->state.state != vault::key_state::ready)
    return bad(what, found->state.why, "Until then everything else works. Restart the server afterwards.");
  if (found->in_database.size() > 1)
    return bad(what, "A rotation is not finished: " + std::to_string(found->older) + " users are left.",
               "Unless one runs at this moment: kontor vault rewrap.");
  if (!found->recovery_shown)
    return bad(what, "Nobody has seen its recovery key.", "Make another one and keep it: kontor vault recovery-key.");
  return good(what,
              "Key " + found->state.key_id + " opens it; " + std::to_string(found->users) + " users have secrets.");
}

check_result check_clock(const config& settings, base::timestamp now) {
  const std::string what = "clock";
  const auto shown = base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  if (now < beginning)
    return bad(what, "It says " + shown + ", which cannot be.", "Set the clock, by NTP for example.");
  if (!is_readable(settings)) return good(what, "It says " + shown + ".");
  const auto opened = database_settings_of(settings);
  auto newest = sql::newest_migration(opened).value_or(beginning);
  const auto log = sql::open_database(opened);
  auto job = [](sql::session& in) { return audit::all(in, {}, audit::newest, 1); };
  if (const auto last = log->read_now(std::move(job)); last && !last->empty())
    newest = std::max(newest, last->front().at);
  if (const auto theirs = sql::server_clock(opened)) {
    const auto apart = *theirs > now ? *theirs - now : now - *theirs;
    if (apart > tolerated_lead)
      return bad(what, "It says " + shown + ", that of the database server " + base::to_rfc3339(*theirs) + ".",
                 "Set both, by NTP for example: several nodes rely on one time.");
  }
  if (const auto written = newest_file(settings.data_dir); written && newest < *written) newest = *written;
  if (newest <= now + tolerated_lead) return good(what, "It says " + shown + ", and nothing stored is younger.");
  return bad(what, "It says " + shown + ", but something was stored at " + base::to_rfc3339(newest) + ".",
             "Set the clock, by NTP for example: tokens, links and limits depend on it.");
}

std::uintmax_t room_needed(std::uintmax_t database_size) noexcept {
  // To write it anew takes the log of the whole and the new pages; to begin with, some room to work.
  return std::max<std::uintmax_t>(256 * mebibyte, 2 * database_size);
}

check_result check_room(const config& settings) {
  const std::string what = "disk";
  std::error_code unknown;
  const auto room = std::filesystem::space(settings.data_dir, unknown);
  if (unknown) return skipped(what, "Nobody can tell how much is free: " + unknown.message() + ".");
  const auto file = settings.data_dir / "app.db";
  const auto size = std::filesystem::exists(file, unknown) ? std::filesystem::file_size(file, unknown) : 0;
  const auto needed = room_needed(size);
  const auto found = in_mebibytes(room.available) + " are free";
  if (room.available >= needed) return good(what, found + ".");
  return bad(what, found + ", " + in_mebibytes(needed) + " should be.",
             "Make room, or move DATA_DIR to a larger disk.");
}

check_result check_audit_log(const config& settings, const std::optional<std::filesystem::path>& remember) {
  const std::string what = "audit log";
  if (!is_readable(settings)) return skipped(what, "The database is not one that can be read.");
  if (settings.audit_key.empty() && !has_signing_key(settings))
    return skipped(what, "Without the signing key it cannot be verified.");
  try {
    audit::verify_settings how;
    if (remember) how.remembered = read_remembered_head(*remember);
    const auto log = sql::open_database(database_settings_of(settings));
    const auto found = audit::audit_log(existing_audit_key_of(settings, *log)).verify(*log, how);
    if (!found)
      return bad(what, "It cannot be read: " + found.error().internal_detail + ".", "See the line `database`.");
    if (found->broken)
      return bad(what, audit::describe(*found->broken),
                 "Keep a copy of the database. Somebody wrote to it past Kontor, or it was restored from a backup or "
                 "with another key. Where the head alone is wrong, kontor admin accept-audit-log goes on from there.");
    if (remember) write_remembered_head(*remember, found->last);
    return good(what, std::to_string(found->entries) + " entries hold" +
                          (how.remembered ? ", and so does the head that was remembered." : "."));
  } catch (const std::runtime_error& refused) {
    return bad(what, refused.what(), "See the sentence before.");
  }
}

}  // namespace kontor::app
