// `kontor doctor`: a line for each check, and what to do about those that fail.
#include "app/commands.hpp"
#include "app/health_checks.hpp"

#include <iostream>

namespace kontor::app {
namespace {

std::string_view mark_of(check_result::state is) noexcept {
  switch (is) {
    case check_result::state::good:
      return "ok   ";
    case check_result::state::skipped:
      return "skip ";
    case check_result::state::bad:
      break;
  }
  return "FAIL ";
}

void print(const check_result& result) {
  std::cout << mark_of(result.is) << result.what << ": " << result.found;
  if (!result.advice.empty()) std::cout << " " << result.advice;
  std::cout << "\n" << std::flush;
}

// Whatever a check runs into belongs to its line.
template <class Check>
bool run(const char* what, Check&& check) {
  check_result result;
  try {
    result = check();
  } catch (const std::exception& breakage) {
    result = {check_result::state::bad, what, breakage.what(), "See the lines before."};
  }
  print(result);
  return result.is != check_result::state::bad;
}

}  // namespace

int refuse_settings_as_doctor(const std::string& why) {
  print({check_result::state::bad, "settings", why, "Correct it; docs/configuration.md lists all settings."});
  return 1;
}

int examine(const config& settings, const std::optional<std::string>& remember) {
  print({check_result::state::good, "settings", "All of them can be read.", ""});
  bool well = true;
  well &= run("data folder", [&] { return check_data_folder(settings); });
  well &= run("signing key", [&] { return check_signing_key(settings); });
  well &= run("schema", [&] { return check_schema(settings); });
  well &= run("database", [&] { return check_integrity(settings); });
  well &= run("deletions", [&] { return check_interrupted_deletions(settings); });
  well &= run("left over", [&] { return check_left_files(settings); });
  well &= run("audit log", [&] { return check_audit_log(settings, remember); });
  well &= run("vault", [&] { return check_vault(settings); });
  well &= run("clock", [&] { return check_clock(settings, base::system_clock().now()); });
  well &= run("disk", [&] { return check_room(settings); });
  return well ? 0 : 1;
}

}  // namespace kontor::app
