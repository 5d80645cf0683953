#include "command/command_line.hpp"

#include "app/settings.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>

namespace kontor::command {
namespace {

struct named_action {
  const char* name;
  admin_action action;
  const char* help;
};
constexpr std::array<named_action, 10> admin_actions = {{
    {"create", admin_action::create, "Make an administrator without a password and print a link to set it"},
    {"activate", admin_action::activate, "Let a deactivated account sign in again"},
    {"deactivate", admin_action::deactivate, "Lock an account out; its tokens end at once"},
    {"promote", admin_action::promote, "Make an account an administrator"},
    {"demote", admin_action::demote, "Make an administrator a member"},
    {"setup-link", admin_action::setup_link, "Print a new link to set the password; earlier ones end"},
    {"reset-link", admin_action::reset_link,
     "The same for somebody who forgot the password: it holds until the link is used, which signs out all devices"},
    {"end-sessions", admin_action::end_sessions, "Sign an account out of all devices"},
    {"remove-second-factor", admin_action::remove_second_factor,
     "Let somebody who lost the device for their codes sign in with the password alone"},
    {"delete", admin_action::remove, "Delete an account with everything that is its own; it cannot be undone"},
}};

struct named_vault_action {
  const char* name;
  vault_action action;
  const char* help;
};
constexpr std::array<named_vault_action, 5> vault_actions = {{
    {"status", vault_action::status, "Which keys are needed and which are at hand; how far a rotation is"},
    {"rotate", vault_action::rotate,
     "Let a new key take over from the present one, and print a new recovery key; goes on where an earlier one ended"},
    {"rewrap", vault_action::rewrap, "Finish a rotation that was begun"},
    {"recover", vault_action::recover, "Make the key file again, with the recovery key on standard input"},
    {"recovery-key", vault_action::recovery_key, "Print a new recovery key; the earlier one opens nothing any more"},
}};

void add_settings(CLI::App& command, command_line& into) {
  command.add_option("--env-file", into.env_file, "The file with settings, instead of .env");
  for (const auto& s : app::all_settings()) {
    const std::string name(s.name);
    if (s.is_secret) {
      command.add_option_function<std::string>(
          app::flag_of(s) + "-file", [&into, name](const std::string& value) { into.flags[name + "_FILE"] = value; },
          "A file that holds " + name);
      continue;
    }
    command.add_option_function<std::string>(
        app::flag_of(s), [&into, name](const std::string& value) { into.flags[name] = value; },
        std::string(s.description));
  }
}

void add_moving(CLI::App& app, command_line& line) {
  using command = command_line::command;
  auto* taking = app.add_subcommand("import", "Take over what another program kept");
  taking->require_subcommand(1);
  add_settings(*taking, line);
  auto* from_legacy = taking->add_subcommand("legacy", "A data folder of the Python predecessor, all of it or nothing");
  from_legacy->fallthrough();
  from_legacy->add_option("folder", line.folder, "The folder with app.db, .key and .secrets.enc")->required();
  from_legacy->add_flag("--dry-run", line.is_dry_run, "Only say what would be taken");
  from_legacy->callback([&line] { line.what = command::import_legacy; });

  auto* exported = app.add_subcommand("export", "Write what is here for another program");
  exported->require_subcommand(1);
  add_settings(*exported, line);
  auto* to_legacy = exported->add_subcommand("legacy", "As a data folder of the Python predecessor");
  to_legacy->fallthrough();
  to_legacy->add_option("folder", line.folder, "A new folder")->required();
  to_legacy->callback([&line] { line.what = command::export_legacy; });
}

void add_backup(CLI::App& app, command_line& line) {
  using command = command_line::command;
  constexpr auto passphrase_help = "A file with the passphrase that seals the backup";
  auto* backup = app.add_subcommand("backup", "Write a backup into a file; works beside a running server");
  add_settings(*backup, line);
  backup->add_option("file", line.backup.file, "A new file")->required();
  backup->add_option("--passphrase-file", line.backup.passphrase_file, passphrase_help);
  backup->add_flag("--with-key", line.backup.with_key, "Put the key of the vault into it, too");
  backup->callback([&line] { line.what = command::backup; });

  auto* restore = app.add_subcommand("restore", "Restore a backup into an empty data folder");
  add_settings(*restore, line);
  restore->add_option("file", line.backup.file, "The backup")->required();
  restore->add_option("--passphrase-file", line.backup.passphrase_file, passphrase_help);
  restore->callback([&line] { line.what = command::restore; });
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv) {
  using command = command_line::command;
  command_line line;
  CLI::App app("Kontor: a research desk for a group of traders, on a server of their own.", "kontor");
  app.require_subcommand(0, 1);
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Print the version");

  auto* serve = app.add_subcommand("serve", "Serve until asked to end");
  add_settings(*serve, line);

  auto* admin = app.add_subcommand("admin", "Manage accounts; works beside a running server");
  admin->require_subcommand(1);
  add_settings(*admin, line);
  for (const auto& row : admin_actions) {
    auto* sub = admin->add_subcommand(row.name, row.help);
    sub->fallthrough();
    sub->add_option("email", line.email, "The account's address")->required();
    sub->callback([&line, action = row.action] {
      line.what = command::admin;
      line.action = action;
    });
  }
  auto* list = admin->add_subcommand("list", "One line per account");
  list->fallthrough();
  list->callback([&line] { line.what = command::admin_list; });

  auto* end_all = admin->add_subcommand(
      "end-all-sessions",
      "Sign everybody out, and end all tokens and links; for a database that was put back to an earlier state");
  end_all->fallthrough();
  end_all->callback([&line] { line.what = command::admin_end_all; });

  auto* accept = admin->add_subcommand(
      "accept-audit-log", "Go on with an audit log whose end or key is not what it was, once you know why");
  accept->fallthrough();
  accept->callback([&line] { line.what = command::admin_accept_log; });

  auto* vault = app.add_subcommand("vault", "Look after the keys over users' secrets; works beside a running server");
  vault->require_subcommand(1);
  add_settings(*vault, line);
  for (const auto& row : vault_actions) {
    auto* sub = vault->add_subcommand(row.name, row.help);
    sub->fallthrough();
    sub->callback([&line, action = row.action] {
      line.what = command::vault;
      line.of_vault = action;
    });
  }

  auto* take_out = vault->add_subcommand(
      "export", "Write everybody's secrets into a new file, sealed under a key that is printed once");
  take_out->fallthrough();
  take_out->add_option("file", line.file, "The file to make")->required();
  take_out->callback([&line] { line.what = command::vault_export; });
  auto* bring_in = vault->add_subcommand(
      "import",
      "Save what such a file holds for accounts that are here and have no such secret; its key on standard input");
  bring_in->fallthrough();
  bring_in->add_option("file", line.file, "The file")->required();
  bring_in->callback([&line] { line.what = command::vault_import; });

  add_moving(app, line);
  add_backup(app, line);

  auto* doctor =
      app.add_subcommand("doctor", "Examine this installation, and say what to do; works beside a running server");
  add_settings(*doctor, line);
  doctor->add_option("--remember", line.doctor.remember,
                     "A file outside of the data folder that keeps the head of the audit log until the next time");
  doctor->add_flag("--offline", line.doctor.is_offline, "Ask no server outside: exchange, language model, mail");
  doctor->add_flag("--json", line.doctor.as_json, "For programs: one JSON object");
  doctor->footer("Ends with 0 when nothing failed, 1 when something did, 2 when this line could not be understood.");

  auto* health = app.add_subcommand("health", "Ask the server of this configuration whether it is ready");
  add_settings(*health, line);

  auto* config = app.add_subcommand("config", "Print the documents that describe the settings");
  bool env_example = false;
  bool markdown = false;
  auto* documents = config->add_option_group("document");
  documents->add_flag("--env-example", env_example, "As .env.example");
  documents->add_flag("--markdown", markdown, "As docs/configuration.md");
  documents->require_option(1);

  auto* routes = app.add_subcommand("routes", "Print the table of routes");
  auto* parts = app.add_subcommand("parts", "Print which parts of others are in this program, with their licences");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& refused) {
    line.what = command::done;
    line.exit_code = app.exit(refused, std::cout, std::cerr) == 0 ? 0 : 2;
    return line;
  }
  if (wants_version)
    line.what = command::version;
  else if (*serve)
    line.what = command::serve;
  else if (*doctor)
    line.what = command::doctor;
  else if (*health)
    line.what = command::health;
  else if (*config)
    line.what = env_example ? command::config_env_example : command::config_markdown;
  else if (*routes)
    line.what = command::routes;
  else if (*parts)
    line.what = command::parts;
  else if (line.what == command::done)
    std::cout << app.help();
  return line;
}

}  // namespace kontor::command
