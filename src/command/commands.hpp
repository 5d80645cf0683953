// What `kontor …` can do; each returns the exit code of the process and writes for a person.
#pragma once

#include "app/config.hpp"
#include "app/settings.hpp"

#include <optional>
#include <string>

namespace kontor::command {

/// Serves until SIGTERM or SIGINT.
int serve(const app::config& settings);

enum class admin_action {
  create,
  activate,
  deactivate,
  promote,
  demote,
  setup_link,
  reset_link,
  end_sessions,
  remove_second_factor,
  remove
};

/// `kontor admin <action> EMAIL`. Works beside a running server.
int administer(const app::config& settings, admin_action action, const std::string& email);

/// `kontor admin list`: one line per account.
int list_accounts(const app::config& settings);

/// `kontor admin end-all-sessions`: see revoke_everything. Works beside a running server.
int end_all_sessions(const app::config& settings);

/// `kontor admin accept-audit-log`: see audit_log::accept. Makes a key where there is none.
int accept_audit_log(const app::config& settings);

enum class vault_action { status, rotate, rewrap, recover, recovery_key };

/// `kontor vault <action>`. Works beside a running server. 0 when the vault is ready, or what was asked is done;
/// else 1. `recover` reads the recovery key from standard input, because arguments show in the list of processes.
int manage_vault(const app::config& settings, vault_action action);

enum class carry { out, in };

/// `kontor vault export FILE` and `import FILE`. The key of the file is printed, or read from standard input. Throws
/// std::runtime_error with a sentence for the operator.
int carry_secrets(const app::config& settings, carry what, const std::string& file);

/// `kontor import legacy FOLDER [--dry-run]`: takes a data folder of the Python predecessor, all of it or nothing, and
/// prints what was taken and what was not. Makes the installation when there is none. Works beside a running server.
int import_legacy(const app::config& settings, const std::string& folder, bool is_dry_run);
/// `kontor export legacy FOLDER`: writes such a folder.
int export_legacy(const app::config& settings, const std::string& folder);

struct backup_arguments {
  std::string file;
  std::optional<std::string> passphrase_file;  ///< None: the backup is not sealed.
  bool with_key = false;                       ///< The key of the vault goes into it.
};

/// `kontor backup FILE`: works beside a running server.
int make_backup(const app::config& settings, const backup_arguments& what);
/// `kontor restore FILE`: into a data folder that is empty, or not there.
int restore_backup(const app::config& settings, const backup_arguments& what);

struct doctor_wish {
  std::optional<std::string> remember;  ///< See check_audit_log.
  bool as_json = false;
  bool is_offline = false;  ///< No server outside is asked.
};

/// `kontor doctor`: 0 when all is well (what is merely noted is no failure), 1 when something is not. Works beside a
/// running server and without one.
int examine(const app::config& settings, const app::setting_sources& from, const std::string& env_file,
            const doctor_wish& how);
/// The same, when already the settings cannot be read.
int refuse_settings_as_doctor(const std::string& why, const doctor_wish& how);

/// Asks the server of this configuration whether it is ready: 0 when it is, 1 when not.
int check_health(const app::config& settings);

/// The table of routes, one line each: method, path, access.
int print_routes();

/// The parts of others in this program, one line each: name, version, licence, where they are.
int print_parts();

}  // namespace kontor::command
