#include "app/setting_checks.hpp"

#include "app/part_settings.hpp"
#include "base/text.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace kontor::app {
namespace {

using values = std::map<std::string, std::string>;

bool has(const values& in, const std::string& name) {
  const auto found = in.find(name);
  return found != in.end() && !found->second.empty();
}

// Of a secret the file counts as well, which is named by a setting of its own.
bool is_given(const values& in, const setting& s) {
  const std::string name(s.name);
  return has(in, name) || (s.is_secret && has(in, name + "_FILE"));
}

bool differ(const values& a, const values& b, const setting& s) {
  const std::string name(s.name);
  for (const auto& each : {name, name + "_FILE"}) {
    const auto first = a.find(each);
    const auto second = b.find(each);
    if ((first == a.end() ? "" : first->second) != (second == b.end() ? "" : second->second)) return true;
  }
  return false;
}

std::size_t count(const values& in) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all_settings(), [&](const auto& s) { return is_given(in, s); }));
}

bool is_everybody(const http::network& range) {
  return std::visit([](const auto& net) { return net.prefix_length() == 0; }, range);
}

}  // namespace

check_result check_sources(const setting_sources& from, const std::filesystem::path& env_file) {
  const std::string what = "settings";
  std::vector<std::string> secrets_in_file;
  std::vector<std::string> told_twice;
  for (const auto& s : all_settings()) {
    if (s.is_secret && has(from.env_file, std::string(s.name))) secrets_in_file.emplace_back(s.name);
    if (is_given(from.environment, s) && is_given(from.env_file, s) && differ(from.environment, from.env_file, s))
      told_twice.emplace_back(s.name);
  }
  struct stat about{};
  if (!secrets_in_file.empty() && ::stat(env_file.c_str(), &about) == 0 && (about.st_mode & 0077) != 0)
    return check_result::bad(
        what, env_file.string() + " holds " + base::join(secrets_in_file, ", ") + " and can be read by others.",
        "chmod 600 " + env_file.string());
  if (!told_twice.empty())
    return check_result::noted(
        what,
        "The environment and " + env_file.string() + " say different things of " + base::join(told_twice, ", ") + ".",
        "The environment holds. Take out what is not meant.");
  return check_result::good(what, "All of them can be read: " + std::to_string(count(from.flags)) + " from flags, " +
                                      std::to_string(count(from.environment)) + " from the environment, " +
                                      std::to_string(count(from.env_file)) + " from " + env_file.string() + ".");
}

check_result check_public_address(const config& settings) {
  const std::string what = "public address";
  const auto& url = settings.public_url;
  if (std::ranges::any_of(settings.trusted_proxies, is_everybody))
    return check_result::bad(
        what,
        "TRUSTED_PROXIES takes everybody for a proxy, so anybody can choose the address that limits and the log go by.",
        "Name the addresses of your proxies alone.");
  for (const auto& warning : warnings_about(settings)) {
    const auto end = warning.find(". ");
    if (end != std::string::npos) return check_result::noted(what, warning.substr(0, end + 1), warning.substr(end + 2));
  }
  if (url.starts_with("https://") && settings.trusted_proxies.empty())
    return check_result::noted(
        what,
        "PUBLIC_URL is https, so a proxy stands in front, but TRUSTED_PROXIES names none: all users seem to come from "
        "its one address, and share its limits.",
        "Set TRUSTED_PROXIES to the address of the proxy, and let it send X-Forwarded-For and X-Forwarded-Proto.");
  if (url.starts_with("http://") && !names_this_machine(url))
    return check_result::noted(what, "PUBLIC_URL is http: passwords and tokens cross the network in clear.",
                               "Put a proxy with TLS in front of it, and set PUBLIC_URL to its https address.");
  if (url.empty()) return check_result::good(what, "Only this machine reaches it; links begin with http://localhost.");
  return check_result::good(what, "Users reach it at " + url + "; " + std::to_string(settings.trusted_proxies.size()) +
                                      " proxies are trusted.");
}

}  // namespace kontor::app
