#include "token/scopes.hpp"

#include <algorithm>

namespace kontor::token {
namespace {

constexpr bool in_order() {
  for (std::size_t i = 0; i < scope_names.size(); ++i)
    if (static_cast<std::size_t>(scope_names[i].value) != i) return false;
  return true;
}
static_assert(in_order(), "name_of finds the name of a scope by its place");

}  // namespace

std::string_view name_of(scope one) noexcept {
  return scope_names[static_cast<std::size_t>(one)].name;
}

std::optional<scope> parse_scope(std::string_view name) noexcept {
  const auto* const found = std::find_if(scope_names.begin(), scope_names.end(),
                                         [name](const scope_name& known) { return known.name == name; });
  if (found == scope_names.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> scope_set::names() const {
  std::vector<std::string_view> names;
  for (const auto& known : scope_names)
    if (has(known.value)) names.push_back(known.name);
  return names;
}

std::string scope_set::text() const {
  std::string out;
  for (const auto name : names())
    out.append(out.empty() ? "" : " ").append(name);
  return out;
}

scope_set scope_set::parse(std::string_view text) noexcept {
  scope_set read;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (const auto known = parse_scope(text.substr(0, end))) read.add(*known);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return read;
}

}  // namespace kontor::token
