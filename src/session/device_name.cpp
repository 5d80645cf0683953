#include "session/device_name.hpp"

#include <algorithm>
#include <array>

namespace kontor::session {
namespace {

struct known_name {
  std::string_view mark;
  std::string_view name;
};

// In this order: Edge and Opera also say Chrome, Chrome also says Safari, everybody says Mozilla.
constexpr std::array<known_name, 9> browsers{{
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"OPR/", "Opera"},
    {"Vivaldi/", "Vivaldi"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
}};

// Android says Linux, iPad and iPhone say Mac OS X.
constexpr std::array<known_name, 7> systems{{
    {"Android", "Android"},
    {"iPhone", "iPhone"},
    {"iPad", "iPad"},
    {"Windows", "Windows"},
    {"CrOS", "ChromeOS"},
    {"Mac OS X", "macOS"},
    {"Linux", "Linux"},
}};

template <std::size_t Size>
std::string_view find_name(const std::array<known_name, Size>& names, std::string_view in) {
  const auto found =
      std::ranges::find_if(names, [in](const known_name& row) { return in.find(row.mark) != std::string_view::npos; });
  return found == names.end() ? std::string_view() : found->name;
}

constexpr bool is_part_of_product(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
}

// The first product token (RFC 9110 section 10.1.5) without its version.
std::string first_product(std::string_view user_agent) {
  const auto* const end = std::ranges::find_if_not(user_agent, is_part_of_product);
  constexpr std::size_t longest = 64;
  return std::string(
      user_agent.substr(0, std::min<std::size_t>(longest, static_cast<std::size_t>(end - user_agent.begin()))));
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  const auto browser = find_name(browsers, user_agent);
  const auto system = find_name(systems, user_agent);
  if (!browser.empty() && !system.empty()) return std::string(browser) + " on " + std::string(system);
  if (!browser.empty()) return std::string(browser);
  auto product = first_product(user_agent);
  return product.empty() ? "Unknown device" : product;
}

}  // namespace kontor::session
