// The entry: arguments, then settings, then the command; what goes wrong is one sentence on standard error.
#include "app/config_documents.hpp"
#include "app/env_file.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"
#include "command/command_line.hpp"
#include "command/process.hpp"

#include <exception>
#include <iostream>

extern char** environ;

namespace kontor::command {
namespace {

constexpr int bad_usage = 2;
constexpr std::string_view usual_env_file = ".env";

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

base::result<app::setting_sources> read_sources(const command_line& line) {
  auto env_file = line.env_file ? app::read_env_file(*line.env_file, app::missing_file::is_refused)
                                : app::read_env_file(std::string(usual_env_file), app::missing_file::is_empty);
  if (!env_file) return env_file.error();
  return app::setting_sources{.flags = line.flags, .environment = read_environment(), .env_file = std::move(*env_file)};
}

int run_with_config(const command_line& line) {
  const auto from = read_sources(line);
  const auto settings = from ? app::load_config(*from) : base::result<app::config>(from.error());
  if (!settings && line.what == command_line::command::doctor)
    return refuse_settings_as_doctor(settings.error().detail, line.doctor);
  if (!settings) {
    std::cerr << "kontor: " << settings.error().detail << "\n";
    return bad_usage;
  }
  prepare_process();
  base::start_log(settings->log);
  switch (line.what) {
    case command_line::command::serve:
      return serve(*settings);
    case command_line::command::admin:
      return administer(*settings, line.action, line.email);
    case command_line::command::admin_list:
      return list_accounts(*settings);
    case command_line::command::admin_end_all:
      return end_all_sessions(*settings);
    case command_line::command::admin_accept_log:
      return accept_audit_log(*settings);
    case command_line::command::vault:
      return manage_vault(*settings, line.of_vault);
    case command_line::command::vault_export:
      return carry_secrets(*settings, carry::out, line.file);
    case command_line::command::vault_import:
      return carry_secrets(*settings, carry::in, line.file);
    case command_line::command::import_legacy:
      return import_legacy(*settings, line.folder, line.is_dry_run);
    case command_line::command::export_legacy:
      return export_legacy(*settings, line.folder);
    case command_line::command::backup:
      return make_backup(*settings, line.backup);
    case command_line::command::restore:
      return restore_backup(*settings, line.backup);
    case command_line::command::doctor:
      return examine(*settings, *from, line.env_file.value_or(std::string(usual_env_file)), line.doctor);
    default:
      return check_health(*settings);
  }
}

int run(const command_line& line) {
  switch (line.what) {
    case command_line::command::done:
      return line.exit_code;
    case command_line::command::version:
      std::cout << "kontor " KONTOR_VERSION "\n";
      return 0;
    case command_line::command::routes:
      return print_routes();
    case command_line::command::parts:
      return print_parts();
    case command_line::command::config_env_example:
      std::cout << app::make_env_example();
      return 0;
    case command_line::command::config_markdown:
      std::cout << app::make_configuration_page();
      return 0;
    default:
      return run_with_config(line);
  }
}

}  // namespace
}  // namespace kontor::command

int main(int argc, char** argv) {
  try {
    return kontor::command::run(kontor::command::read_command_line(argc, argv));
  } catch (const std::exception& breakage) {
    std::cerr << "kontor: " << breakage.what() << "\n";
    return 1;
  }
}
