#include "chart/indicator_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace kontor::chart {
namespace {

base::error refusal(std::string message) {
  base::error out{base::errc::invalid_input};
  out.fields.push_back({"", "not_allowed", std::move(message)});
  return out;
}

// Where the first of them ends: at a comma that stands in no parentheses.
std::size_t end_of_first(std::string_view text) noexcept {
  int depth = 0;
  std::size_t end = 0;
  for (; end < text.size() && (text[end] != ',' || depth > 0); ++end)
    depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
  return end;
}

}  // namespace

base::result<std::vector<indicator::spec>> parse_indicators(std::string_view text, std::size_t most) {
  std::vector<indicator::spec> out;
  if (base::trim(text).empty()) return out;
  while (true) {
    const auto end = end_of_first(text);
    auto one = indicator::parse_text(text.substr(0, end));
    if (!one) {
      const auto why = one.error().fields;
      return refusal(why.empty() ? "This is no indicator." : why.front().message);
    }
    if (std::ranges::find(out, *one) != out.end()) return refusal("An indicator is there twice.");
    if (out.size() == most) return refusal("At most " + std::to_string(most) + " indicators.");
    out.push_back(std::move(*one));
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace kontor::chart
