// The table of settings: the one source of names, defaults, descriptions and rules. `.env.example`, the table in the
// documentation, the flags and the reading itself are all made from it.
#pragma once

#include "app/config.hpp"
#include "base/error.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::app {

struct setting {
  std::string_view name;           ///< Of the environment variable: `API_PORT`; the flag is `--api-port`.
  std::string_view default_value;  ///< As one would write it; empty: nothing.
  std::string_view description;    ///< One line for people.
  /// Secrets have no flag (it would show in the list of processes), and may come from a file named by NAME_FILE.
  bool is_secret;
  /// Puts the value into the config, or throws std::invalid_argument with the end of the sentence "NAME …", e.g.
  /// `must be a number from 1 to 65535.` The value itself never appears in it.
  void (*apply)(config& into, const std::string& value);
  /// Takes the file of NAME_FILE where the program itself reads it later, and again; null: it is read at once.
  void (*apply_file)(config& into, const std::string& file) = nullptr;
};

std::span<const setting> all_settings();

/// `API_PORT` → `--api-port`.
std::string flag_of(const setting& s);

/// Where values come from; the first that has a value wins: flags, environment, `.env`, default.
struct setting_sources {
  std::map<std::string, std::string> flags;        ///< By setting name.
  std::map<std::string, std::string> environment;  ///< All of it; unknown names are none of our business.
  std::map<std::string, std::string> env_file;     ///< Unknown names are refused.
};

/// errc::invalid_input with a sentence for the operator in `detail` that names the setting.
base::result<config> load_config(const setting_sources& from);

/// Sentences for the operator about settings that are allowed, and seldom what is wanted.
std::vector<std::string> warnings_about(const config& loaded);

}  // namespace kontor::app
