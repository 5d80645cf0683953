// `kontor doctor`: a line for each check, and what to do about those that fail.
#include "app/health_checks.hpp"
#include "app/outside_checks.hpp"
#include "app/place_checks.hpp"
#include "app/setting_checks.hpp"
#include "command/commands.hpp"
#include "json/writer.hpp"

#include <iostream>
#include <utility>
#include <vector>

namespace kontor::command {
namespace {

using state = app::check_result::state;

struct state_words {
  std::string_view mark;
  std::string_view name;  ///< For programs.
};

state_words words_of(state is) noexcept {
  switch (is) {
    case state::good:
      return {"ok   ", "ok"};
    case state::noted:
      return {"note ", "note"};
    case state::skipped:
      return {"skip ", "skipped"};
    case state::bad:
      break;
  }
  return {"FAIL ", "problem"};
}

// Tells people of each line at once, and programs of all at the end.
class report {
 public:
  explicit report(bool as_json) : as_json_(as_json) {}

  void add(app::check_result result) {
    is_well_ = is_well_ && result.is != state::bad;
    if (as_json_) {
      results_.push_back(std::move(result));
      return;
    }
    std::cout << words_of(result.is).mark << result.what << ": " << result.found;
    if (!result.advice.empty()) std::cout << " " << result.advice;
    std::cout << "\n" << std::flush;
  }

  // Whatever a check runs into belongs to its line.
  template <class Check>
  void run(const char* what, Check&& check) {
    app::check_result result;
    try {
      result = check();
    } catch (const std::exception& breakage) {
      result = app::check_result::bad(what, breakage.what(), "See the lines before.");
    }
    add(std::move(result));
  }

  int end() const {
    if (as_json_) std::cout << json() << "\n" << std::flush;
    return is_well_ ? 0 : 1;
  }

 private:
  std::string json() const {
    json::writer out;
    out.begin_object();
    out.member("version", KONTOR_VERSION);
    out.member("result", is_well_ ? "ok" : "problem");
    out.begin_array("checks");
    for (const auto& each : results_) {
      out.begin_object();
      out.member("name", each.what).member("state", words_of(each.is).name).member("found", each.found);
      if (!each.advice.empty()) out.member("advice", each.advice);
      out.end_object();
    }
    out.end_array().end_object();
    return std::move(out).str();
  }

  const bool as_json_;
  bool is_well_ = true;
  std::vector<app::check_result> results_;
};

}  // namespace

int refuse_settings_as_doctor(const std::string& why, const doctor_wish& how) {
  report out(how.as_json);
  out.add(app::check_result::bad("settings", why, "Correct it; docs/configuration.md lists all settings."));
  return out.end();
}

int examine(const app::config& settings, const app::setting_sources& from, const std::string& env_file,
            const doctor_wish& how) {
  report out(how.as_json);
  out.run("settings", [&] { return app::check_sources(from, env_file); });
  out.run("public address", [&] { return app::check_public_address(settings); });
  out.run("data folder", [&] { return app::check_data_folder(settings); });
  out.run("file system", [&] { return app::check_file_system(settings); });
  out.run("disk", [&] { return app::check_room(settings); });
  out.run("signing key", [&] { return app::check_signing_key(settings); });
  out.run("schema", [&] { return app::check_schema(settings); });
  out.run("database", [&] { return app::check_integrity(settings); });
  out.run("deletions", [&] { return app::check_interrupted_deletions(settings); });
  out.run("left over", [&] { return app::check_left_files(settings); });
  out.run("audit log", [&] { return app::check_audit_log(settings, how.remember); });
  out.run("vault", [&] { return app::check_vault(settings); });
  out.run("backup", [&] { return app::check_backup(settings, base::system_clock().now()); });
  out.run("clock", [&] { return app::check_clock(settings, base::system_clock().now()); });
  out.run("server", [&] { return app::check_server(settings); });
  out.run("descriptors", [] { return app::check_descriptors(); });
  if (how.is_offline) return out.end();
  try {
    for (auto& each : app::check_outside(settings))
      out.add(std::move(each));
  } catch (const std::exception& breakage) {
    out.add(app::check_result::bad("outside", breakage.what(), "Look at EGRESS_CA_FILE and EGRESS_PROXY."));
  }
  return out.end();
}

}  // namespace kontor::command
