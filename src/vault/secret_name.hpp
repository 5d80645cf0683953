// The names of secrets, and how the world outside of the database calls them.
#pragma once

#include "base/id.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace kontor::vault {

inline constexpr std::size_t max_name_size = 64;

/// 1 to 64 of `a-z 0-9 _ . -`, the first a letter or digit: nothing that needs escaping in a URL, a log or a CSV.
bool is_secret_name(std::string_view name) noexcept;

/// `user_{user_id}_{name}`: in logs, in the audit log and in archives, so that a name says by itself whose it is.
std::string full_name(const base::user_id& owner, std::string_view name);

}  // namespace kontor::vault
