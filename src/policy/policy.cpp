#include "policy/policy.hpp"

#include <algorithm>
#include <array>

namespace kontor::policy {
namespace {

using account::registration_policy;
using account::second_factor_for;

template <class T>
struct named {
  T value;
  std::string_view name;
};
constexpr std::array<named<registration_policy>, 3> registrations{{{registration_policy::open, "open"},
                                                                   {registration_policy::allowlist, "allowlist"},
                                                                   {registration_policy::closed, "closed"}}};
constexpr std::array<named<second_factor_for>, 3> second_factors{{{second_factor_for::nobody, "nobody"},
                                                                  {second_factor_for::admins, "admins"},
                                                                  {second_factor_for::everybody, "everybody"}}};

template <class Table>
auto parse(const Table& table, std::string_view name) noexcept -> std::optional<decltype(table.front().value)> {
  const auto found = std::ranges::find_if(table, [name](const auto& row) { return row.name == name; });
  if (found == table.end()) return std::nullopt;
  return found->value;
}
template <class Table, class T>
std::string_view find_name(const Table& table, T value) noexcept {
  return std::ranges::find_if(table, [value](const auto& row) { return row.value == value; })->name;
}

template <class T>
void take(std::optional<T>& into, const wish<T>& wanted) {
  if (wanted) into = *wanted;
}

}  // namespace

rule_values effective(const rules& both) {
  auto values = both.defaults;
  auto& settings = values.accounts;
  const auto& decided = both.decided;
  if (decided.registration) settings.registration = *decided.registration;
  if (decided.allowed_emails) settings.allowed_emails = *decided.allowed_emails;
  if (decided.password_min_length) settings.passwords.min_length = *decided.password_min_length;
  if (decided.second_factor_for) settings.second_factor_for = *decided.second_factor_for;
  if (decided.runs_at_once) values.chats.runs_at_once = *decided.runs_at_once;
  if (decided.tokens_per_day) values.chats.tokens_per_day = *decided.tokens_per_day;
  return values;
}

overrides with(overrides decided, const rule_change& wanted) {
  take(decided.registration, wanted.registration);
  take(decided.allowed_emails, wanted.allowed_emails);
  take(decided.password_min_length, wanted.password_min_length);
  take(decided.second_factor_for, wanted.second_factor_for);
  take(decided.runs_at_once, wanted.runs_at_once);
  take(decided.tokens_per_day, wanted.tokens_per_day);
  return decided;
}

std::vector<std::string> differences(const overrides& before, const overrides& after) {
  std::vector<std::string> names;
  if (before.registration != after.registration) names.emplace_back(registration_name);
  if (before.allowed_emails != after.allowed_emails) names.emplace_back(allowed_emails_name);
  if (before.password_min_length != after.password_min_length) names.emplace_back(password_min_length_name);
  if (before.second_factor_for != after.second_factor_for) names.emplace_back(second_factor_for_name);
  if (before.runs_at_once != after.runs_at_once) names.emplace_back(runs_at_once_name);
  if (before.tokens_per_day != after.tokens_per_day) names.emplace_back(tokens_per_day_name);
  return names;
}

std::string_view name_of(registration_policy value) noexcept {
  return find_name(registrations, value);
}
std::string_view name_of(second_factor_for value) noexcept {
  return find_name(second_factors, value);
}
std::optional<registration_policy> parse_registration(std::string_view name) noexcept {
  return parse(registrations, name);
}
std::optional<second_factor_for> parse_second_factor_for(std::string_view name) noexcept {
  return parse(second_factors, name);
}

}  // namespace kontor::policy
