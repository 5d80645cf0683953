// How the predecessor wrote values into its tables.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::legacy {

/// `YYYY-MM-DD HH:MM:SS.ffffff` in UTC; a `T` and a missing or shorter fraction are taken too. nullopt for all else.
std::optional<base::timestamp> parse_old_time(std::string_view text);
/// With six digits of fraction, always.
std::string write_old_time(base::timestamp at);

/// `0` or `1`; nullopt for all else.
std::optional<bool> parse_old_flag(std::string_view text) noexcept;

}  // namespace kontor::legacy
