// `kontor doctor`: a line for each check, and what to do about those that fail.
#include "app/health_checks.hpp"
#include "command/commands.hpp"

#include <iostream>

namespace kontor::command {
namespace {

std::string_view mark_of(app::check_result::state is) noexcept {
  switch (is) {
    case app::check_result::state::good:
      return "ok   ";
    case app::check_result::state::skipped:
      return "skip ";
    case app::check_result::state::bad:
      break;
  }
  return "FAIL ";
}

void print(const app::check_result& result) {
  std::cout << mark_of(result.is) << result.what << ": " << result.found;
  if (!result.advice.empty()) std::cout << " " << result.advice;
  std::cout << "\n" << std::flush;
}

// Whatever a check runs into belongs to its line.
template <class Check>
bool run(const char* what, Check&& check) {
  app::check_result result;
  try {
    result = check();
  } catch (const std::exception& breakage) {
    result = {app::check_result::state::bad, what, breakage.what(), "See the lines before."};
  }
  print(result);
  return result.is != app::check_result::state::bad;
}

}  // namespace

int refuse_settings_as_doctor(const std::string& why) {
  print({app::check_result::state::bad, "settings", why, "Correct it; docs/configuration.md lists all settings."});
  return 1;
}

int examine(const app::config& settings, const std::optional<std::string>& remember) {
  print({app::check_result::state::good, "settings", "All of them can be read.", ""});
  bool well = true;
  well &= run("data folder", [&] { return app::check_data_folder(settings); });
  well &= run("signing key", [&] { return app::check_signing_key(settings); });
  well &= run("schema", [&] { return app::check_schema(settings); });
  well &= run("database", [&] { return app::check_integrity(settings); });
  well &= run("deletions", [&] { return app::check_interrupted_deletions(settings); });
  well &= run("left over", [&] { return app::check_left_files(settings); });
  well &= run("audit log", [&] { return app::check_audit_log(settings, remember); });
  well &= run("vault", [&] { return app::check_vault(settings); });
  well &= run("clock", [&] { return app::check_clock(settings, base::system_clock().now()); });
  well &= run("disk", [&] { return app::check_room(settings); });
  return well ? 0 : 1;
}

}  // namespace kontor::command
