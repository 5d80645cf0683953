#include "app/config_documents.hpp"

#include "app/settings.hpp"

namespace kontor::app {

std::string make_env_example() {
  std::string out =
      "# Every setting of Kontor with its default. Copy this file to .env and change what you need.\n"
      "# Made by `kontor config --env-example`; change src/app/settings.cpp instead of this file.\n";
  for (const auto& s : all_settings()) {
    out.append("\n# ").append(s.description).append("\n");
    if (s.is_secret) out.append("# Or ").append(s.name).append("_FILE: a file that holds it.\n");
    out.append("#").append(s.name).append("=").append(s.default_value).append("\n");
  }
  return out;
}

std::string make_configuration_page() {
  std::string out =
      "# Configuration\n\n"
      "Every setting can be given as a flag of `kontor serve`, as an environment variable, or in a file `.env` in the "
      "working folder; the\n"
      "first of these that has it wins. Secrets have no flag, because it would show in the list of processes; instead "
      "each can come from\n"
      "a file, named by the setting with `_FILE` behind it or by the flag with `-file`. An empty value counts as none. "
      "An unknown name in\n"
      "`.env` or on the command line, or a malformed value anywhere, stops the start with a sentence that names it.\n\n"
      "This page is made by `kontor config --markdown` from `src/app/settings.cpp`.\n\n"
      "| Variable | Flag | Default | Meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& s : all_settings()) {
    const std::string name(s.name);
    out.append("| `").append(name).append("`").append(s.is_secret ? ", `" + name + "_FILE`" : "");
    out.append(" | ").append("`" + flag_of(s) + (s.is_secret ? "-file`" : "`"));
    out.append(" | ").append(s.default_value.empty() ? std::string("–") : "`" + std::string(s.default_value) + "`");
    out.append(" | ").append(s.description).append(" |\n");
  }
  return out;
}

}  // namespace kontor::app
