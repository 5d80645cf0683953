#include "chart/indicator_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace kontor::chart {
namespace {

constexpr std::size_t longest_text = 100;

base::error refusal(std::string message) {
  base::error out{base::errc::invalid_input};
  out.fields.push_back({"", "not_allowed", std::move(message)});
  return out;
}

base::error unknown() {
  return refusal("An indicator with its numbers, such as rsi(14) or macd(12,26,9).");
}

std::optional<double> to_number(std::string_view text) {
  const auto digits = base::trim(text);
  double number = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, std::chars_format::fixed);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// What stands between the parentheses; nullopt: a part is no number.
std::optional<std::vector<double>> numbers_in(std::string_view inside) {
  std::vector<double> out;
  if (base::trim(inside).empty()) return out;
  while (true) {
    const auto comma = std::min(inside.find(','), inside.size());
    const auto number = to_number(inside.substr(0, comma));
    if (!number) return std::nullopt;
    out.push_back(*number);
    if (comma == inside.size()) return out;
    inside.remove_prefix(comma + 1);
  }
}

}  // namespace

base::result<indicator::spec> parse_indicator(std::string_view text) {
  const auto whole = base::trim(text);
  if (whole.size() > longest_text) return unknown();
  const auto open = std::min(whole.find('('), whole.size());
  const bool has_numbers = open < whole.size();
  if (has_numbers && whole.back() != ')') return unknown();
  const auto kind = indicator::parse_kind(base::to_lower_ascii(base::trim(whole.substr(0, open))));
  if (!kind) return unknown();
  const auto numbers = has_numbers ? numbers_in(whole.substr(open + 1, whole.size() - open - 2))
                                   : std::optional<std::vector<double>>(std::in_place);
  const auto known = indicator::parameters_of(*kind);
  if (!numbers || numbers->size() > known.size()) return unknown();
  std::vector<std::pair<std::string, double>> named;
  for (std::size_t i = 0; i < numbers->size(); ++i)
    named.emplace_back(known[i].name, (*numbers)[i]);
  auto made = indicator::make_spec(*kind, named);
  if (made) return made;
  const auto& why = made.error().fields;
  return refusal(why.empty() ? "These numbers are not possible." : why.front().message);
}

base::result<std::vector<indicator::spec>> parse_indicators(std::string_view text, std::size_t most) {
  std::vector<indicator::spec> out;
  auto rest = base::trim(text);
  while (!rest.empty()) {
    int depth = 0;
    std::size_t end = 0;
    for (; end < rest.size() && (rest[end] != ',' || depth > 0); ++end)
      depth += rest[end] == '(' ? 1 : rest[end] == ')' ? -1 : 0;
    auto one = parse_indicator(rest.substr(0, end));
    if (!one) return one.error();
    if (std::ranges::find(out, *one) != out.end()) return refusal("An indicator is there twice.");
    if (out.size() == most) return refusal("At most " + std::to_string(most) + " indicators.");
    out.push_back(std::move(*one));
    if (end == rest.size()) return out;
    rest = base::trim(rest.substr(end + 1));
    if (rest.empty()) return unknown();
  }
  return out;
}

}  // namespace kontor::chart
