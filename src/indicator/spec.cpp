// Specs: their parameters checked and completed, written as text and read back.
#include "indicator/indicator.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

namespace kontor::indicator {
namespace {

using base::errc;
using base::error;
using base::field_error;

std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

bool is_allowed(const parameter& of, double number) noexcept {
  return number >= of.least && number <= of.most && (!of.is_whole || std::trunc(number) == number);
}

field_error not_allowed(const parameter& of) {
  return {"/params/" + std::string(of.name), "not_allowed",
          (of.is_whole ? "A whole number from " : "A number from ") + shortest(of.least) + " to " + shortest(of.most) +
              ", please."};
}

error refusal(std::vector<field_error> fields) {
  return {.code = errc::invalid_input, .fields = std::move(fields)};
}
error refusal(std::string path, std::string message) {
  return refusal({{std::move(path), "not_allowed", std::move(message)}});
}

/// Of parameters that are complete and each in its range.
base::result<spec> checked(spec what) {
  if (what.what == kind::macd && what.parameters[0] >= what.parameters[1])
    return refusal("/params/fast", "The fast period must be less than the slow one.");
  return what;
}

/// Digits with at most one point between them.
std::optional<double> number_of(std::string_view text) noexcept {
  const auto is_part = [](char c) { return base::is_digit(c) || c == '.'; };
  if (text.empty() || !base::is_digit(text.front()) || !base::is_digit(text.back()) ||
      !std::ranges::all_of(text, is_part))
    return std::nullopt;
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

base::result<spec> with_numbers(kind what, std::string_view list) {
  const auto known = parameters_of(what);
  spec out{what, {}};
  std::vector<field_error> faults;
  while (!list.empty()) {
    if (out.parameters.size() == known.size())
      return refusal("", "This indicator takes at most " + std::to_string(known.size()) + " parameters.");
    const auto& next = known[out.parameters.size()];
    const auto comma = list.find(',');
    const auto number = number_of(base::trim(list.substr(0, comma)));
    if (!number || !is_allowed(next, *number)) faults.push_back(not_allowed(next));
    out.parameters.push_back(number.value_or(next.usual));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
    if (list.empty()) return refusal("", "There is a comma with nothing behind it.");
  }
  if (!faults.empty()) return refusal(std::move(faults));
  for (auto i = out.parameters.size(); i < known.size(); ++i)
    out.parameters.push_back(known[i].usual);
  return checked(std::move(out));
}

}  // namespace

base::result<spec> make_spec(kind what, std::span<const std::pair<std::string, double>> named) {
  const auto known = parameters_of(what);
  spec out{what, {}};
  std::ranges::transform(known, std::back_inserter(out.parameters), &parameter::usual);
  std::vector<field_error> faults;
  for (const auto& [name, number] : named) {
    const auto found = std::ranges::find(known, name, &parameter::name);
    if (found == known.end())
      faults.push_back({"/params/" + base::printable(name, 64), "unknown_member", "There is no such parameter."});
    else if (!is_allowed(*found, number))
      faults.push_back(not_allowed(*found));
    else
      out.parameters[static_cast<std::size_t>(found - known.begin())] = number;
  }
  if (!faults.empty()) return refusal(std::move(faults));
  return checked(std::move(out));
}

std::string to_text(const spec& what) {
  std::string out(name_of(what.what));
  char before = '(';
  for (const auto number : what.parameters) {
    out += std::exchange(before, ',');
    out += shortest(number);
  }
  return what.parameters.empty() ? out + "()" : out + ')';
}

base::result<spec> parse_text(std::string_view text) {
  if (text.size() > longest_text) return refusal("", "At most " + std::to_string(longest_text) + " bytes, please.");
  text = base::trim(text);
  const auto open = text.find('(');
  const auto what = parse_kind(base::to_lower_ascii(base::trim(text.substr(0, open))));
  if (!what) return refusal("/kind", "There is no such indicator.");
  if (open == std::string_view::npos) return with_numbers(*what, {});
  if (!text.ends_with(')')) return refusal("", "The closing bracket is missing.");
  return with_numbers(*what, base::trim(text.substr(open + 1, text.size() - open - 2)));
}

}  // namespace kontor::indicator
