// What administrators decided for everybody. The settings of the environment are the defaults; what is stored here wins
// until it is reset.
#pragma once

#include "account/account_settings.hpp"
#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::policy {

inline constexpr std::size_t most_allowed_emails = 1000;

/// What the limits of an account may be set to, by settings and by administrators.
inline constexpr std::int64_t least_runs_at_once = 1;
inline constexpr std::int64_t most_runs_at_once = 100;
inline constexpr std::int64_t most_tokens_per_day = 1'000'000'000'000;
/// Of tokens per day: as many as one likes. A number like the others, because "nothing was decided" has to be told from
/// "no limit was decided", which stands over a setting that has one.
inline constexpr std::int64_t no_limit = 0;

/// What an account may have answered by language models.
struct chat_limits {
  std::int64_t runs_at_once = 4;
  std::int64_t tokens_per_day = no_limit;

  friend bool operator==(const chat_limits&, const chat_limits&) = default;
};

/// Everything that is decided here, and what stands beside it in the same settings.
struct rule_values {
  account::account_settings accounts;
  chat_limits chats;
};

/// What is stored; nullopt: the default holds.
struct overrides {
  std::optional<account::registration_policy> registration;
  std::optional<account::address_list> allowed_emails;
  std::optional<std::size_t> password_min_length;
  std::optional<account::second_factor_for> second_factor_for;
  std::optional<std::int64_t> runs_at_once;
  std::optional<std::int64_t> tokens_per_day;

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
  wish<std::int64_t> runs_at_once;
  wish<std::int64_t> tokens_per_day;

  friend bool operator==(const rule_change&, const rule_change&) = default;
};

/// Both, and so what holds.
struct rules {
  rule_values defaults;
  overrides decided;
};

rule_values effective(const rules& both);
overrides with(overrides decided, const rule_change& wanted);

/// The names under which values are stored, shown and written down, in one order.
inline constexpr std::string_view registration_name = "registration";
inline constexpr std::string_view allowed_emails_name = "allowed_emails";
inline constexpr std::string_view password_min_length_name = "password_min_length";
inline constexpr std::string_view second_factor_for_name = "second_factor_for";
inline constexpr std::string_view runs_at_once_name = "runs_at_once";
inline constexpr std::string_view tokens_per_day_name = "tokens_per_day";
inline constexpr std::array rule_names{registration_name,      allowed_emails_name, password_min_length_name,
                                       second_factor_for_name, runs_at_once_name,   tokens_per_day_name};

/// The names of those that differ.
std::vector<std::string> differences(const overrides& before, const overrides& after);

/// Values of enumerations as they are stored and shown; anything else is nullopt.
std::string_view name_of(account::registration_policy value) noexcept;
std::string_view name_of(account::second_factor_for value) noexcept;
std::optional<account::registration_policy> parse_registration(std::string_view name) noexcept;
std::optional<account::second_factor_for> parse_second_factor_for(std::string_view name) noexcept;

}  // namespace kontor::policy
