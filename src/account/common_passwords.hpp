// The 3,000 most common passwords of at least eight characters (ASVS 6.2.4), from common_passwords.txt. Origin and
// licence: NOTICE.
#pragma once

#include <string_view>

namespace kontor::account {

/// `lower` is one of them; it must be in lower case, as the list is.
bool is_common_password(std::string_view lower) noexcept;

}  // namespace kontor::account
