// Which new passwords are taken. Pure: no I/O, no hashing.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace kontor::account {

struct password_policy {
  std::size_t min_length = 8;    ///< Code points (ASVS 6.2.1).
  std::size_t max_length = 128;  ///< Code points; at least 64 must be taken (ASVS 6.2.9).
};

/// What is wrong with a new password: `code` and `message` of a field_error without its path; nullopt when it is good.
/// Exactly as typed: no trimming, no folding. Refused: NUL (`contains_nul`), broken UTF-8 (`wrong_type`), `too_short`,
/// `too_long`, the first 3,000 lines of the common list whatever the case (`common_password`), the product's name
/// (`contains_product_name`) and the e-mail's local part or the whole address (`contains_email`) when nothing but ASCII
/// digits, punctuation and spaces stands around them. A local part of one or two bytes counts only alone. Both come in
/// their normal form and may be empty: then they are not looked for.
std::optional<base::field_error> find_fault(const password_policy& policy, std::string_view password,
                                            std::string_view email_local_part, std::string_view email);

/// For sign-in: what could never have been a password costs no hash. Over max_length, NUL, broken UTF-8.
bool cannot_be_a_password(const password_policy& policy, std::string_view password);

}  // namespace kontor::account
