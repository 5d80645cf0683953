// What is known about stored settings, and what an act on them came to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::settings {

enum class state {
  verified,      ///< The provider took them when it was last asked.
  not_verified,  ///< Nobody knows: the provider was not asked, or did not answer.
  invalid,       ///< The provider refused them.
  unreadable,    ///< The key in the vault cannot be read. Never stored.
};

std::string_view name_of(state what) noexcept;
/// Of the states that are stored; anything else is nullopt.
std::optional<state> parse_state(std::string_view name) noexcept;

/// How an act went, for the user: it did what was wanted, it did so with something to look at, or it did not.
enum class outcome { success, warning, error };

std::string_view name_of(outcome what) noexcept;

/// What a provider said about settings.
struct validation {
  bool is_valid = false;
  std::string message;  ///< The provider's own words, or why it was not reached.
};

}  // namespace kontor::settings
