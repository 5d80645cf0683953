// Another process for the tests of this room: it rotates the master key, says each step that lasts on a line of its
// own, and gets killed.
//
//   kontor_vault_test_child PLACE KEY_FILE AUDIT_KEY      PLACE: an SQLite file, or a URL of PostgreSQL
#include "base/log.hpp"
#include "vault/file_keys.hpp"
#include "vault/rotation.hpp"

#include <iostream>
#include <string>
#include <vector>

int main(int count, char** words) try {
  using namespace kontor;
  const std::vector<std::string> arguments(words + 1, words + count);
  base::start_log({.level = base::log_level::error, .format = base::log_format::text});
  sql::database_settings settings;
  if (arguments.at(0).starts_with("postgresql:"))
    settings.url = arguments.at(0);
  else
    settings.sqlite_file = arguments.at(0);
  const auto database = sql::open_database(settings);
  vault::file_keys source(arguments.at(1), vault::file_keys::keeper::program);
  vault::keyring ring(source);
  const audit::audit_log audit(base::secret_bytes(std::string_view(arguments.at(2))));
  const base::system_clock clock;
  std::cout << "ready" << std::endl;
  const auto tell = [](const vault::rotation_progress& progress) { std::cout << name_of(progress.done) << std::endl; };
  const auto outcome = vault::rotation(*database, ring, audit, clock).run(vault::rotation::aim::new_key, tell);
  if (!outcome) {
    std::cerr << outcome.error().detail << outcome.error().internal_detail << '\n';
    return 1;
  }
  std::cout << name_of(outcome->end) << std::endl;
  return 0;
} catch (const std::exception& failed) {
  std::cerr << failed.what() << '\n';
  return 1;
}
