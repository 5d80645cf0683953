#include "legacy/old_values.hpp"

namespace kontor::legacy {
namespace {

constexpr std::size_t day_size = 10;
constexpr std::size_t second_size = 19;

}  // namespace

std::optional<base::timestamp> parse_old_time(std::string_view text) {
  if (text.size() < second_size || (text[day_size] != ' ' && text[day_size] != 'T')) return std::nullopt;
  // An offset would make another moment of it; they wrote none.
  if (text.find_first_not_of("0123456789.:-", day_size + 1) != std::string_view::npos) return std::nullopt;
  if (text.find('-', day_size) != std::string_view::npos) return std::nullopt;
  return base::parse_rfc3339(std::string(text.substr(0, day_size)) + "T" + std::string(text.substr(day_size + 1)) +
                             "Z");
}

std::string write_old_time(base::timestamp at) {
  auto text = base::to_rfc3339(at);
  text.pop_back();
  text[day_size] = ' ';
  if (text.size() == second_size) text += ".000000";
  return text;
}

std::optional<bool> parse_old_flag(std::string_view text) noexcept {
  if (text == "0") return false;
  if (text == "1") return true;
  return std::nullopt;
}

}  // namespace kontor::legacy
