// What administrators decided for everybody. The settings of the environment are the defaults; what is stored here wins
// until it is reset.
#pragma once

#include "account/account_settings.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::policy {

inline constexpr std::size_t most_allowed_emails = 1000;

/// What is stored; nullopt: the default holds.
struct overrides {
  std::optional<account::registration_policy> registration;
  std::optional<account::address_list> allowed_emails;
  std::optional<std::size_t> password_min_length;
  std::optional<account::second_factor_for> second_factor_for;

  friend bool operator==(const overrides&, const overrides&) = default;
};

/// What is to become of one value: nothing, its default, or a decision.
template <class T>
using wish = std::optional<std::optional<T>>;

/// Values that were checked one by one; what they are together, policy_service looks at.
struct rule_change {
  wish<account::registration_policy> registration;
  wish<account::address_list> allowed_emails;
  wish<std::size_t> password_min_length;
  wish<account::second_factor_for> second_factor_for;
};

/// Both, and so what holds.
struct rules {
  account::account_settings defaults;
  overrides decided;
};

account::account_settings effective(const rules& both);
overrides with(overrides decided, const rule_change& wanted);

/// The names under which values are stored, shown and written down, in one order.
inline constexpr std::string_view registration_name = "registration";
inline constexpr std::string_view allowed_emails_name = "allowed_emails";
inline constexpr std::string_view password_min_length_name = "password_min_length";
inline constexpr std::string_view second_factor_for_name = "second_factor_for";

/// The names of those that differ.
std::vector<std::string> differences(const overrides& before, const overrides& after);

/// Values of enumerations as they are stored and shown; anything else is nullopt.
std::string_view name_of(account::registration_policy value) noexcept;
std::string_view name_of(account::second_factor_for value) noexcept;
std::optional<account::registration_policy> parse_registration(std::string_view name) noexcept;
std::optional<account::second_factor_for> parse_second_factor_for(std::string_view name) noexcept;

}  // namespace kontor::policy
