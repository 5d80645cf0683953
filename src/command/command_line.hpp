// What stands on the command line: which command, its arguments, and settings given as flags.
#pragma once

#include "command/commands.hpp"

#include <map>
#include <optional>
#include <string>

namespace kontor::command {

struct command_line {
  enum class command {
    serve,
    admin,
    admin_list,
    admin_end_all,
    admin_accept_log,
    vault,
    vault_export,
    vault_import,
    import_legacy,
    export_legacy,
    backup,
    restore,
    doctor,
    health,
    config_env_example,
    config_markdown,
    routes,
    parts,
    version,
    done
  };
  command what = command::done;  ///< `done`: help was printed, or the line was refused; leave with `exit_code`.
  int exit_code = 0;
  admin_action action = admin_action::create;
  vault_action of_vault = vault_action::status;
  std::string file;  ///< Of an export or import of the vault.
  std::string email;
  std::string folder;       ///< Of `import legacy` and `export legacy`.
  bool is_dry_run = false;  ///< Of `import legacy`.
  backup_arguments backup;  ///< Of `backup` and `restore`.
  doctor_wish doctor;
  std::optional<std::string> env_file;       ///< Named by the person; otherwise `.env` is taken when it is there.
  std::map<std::string, std::string> flags;  ///< By setting name.
};

/// Reads the arguments; writes help to standard output and refusals, which name what was not understood, to standard
/// error.
command_line read_command_line(int argc, const char* const* argv);

}  // namespace kontor::command
