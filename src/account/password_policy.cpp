#include "account/password_policy.hpp"

#include "account/common_passwords.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace kontor::account {
namespace {

constexpr std::string_view product_name = "kontor";
// A shorter local part stands inside too many good passwords by chance.
constexpr std::size_t min_context_size = 3;

bool is_filler(char c) noexcept {
  return c >= 0x20 && c < 0x7f && !base::is_letter(c);
}

// `word`, once or more, and beside it nothing but ASCII digits, punctuation and spaces. Both in lower case.
bool is_little_more_than(std::string_view password, std::string_view word) {
  if (password == word) return true;
  if (word.size() < min_context_size) return false;
  bool found = false;
  while (!password.empty()) {
    if (password.starts_with(word)) {
      password.remove_prefix(word.size());
      found = true;
    } else if (is_filler(password.front())) {
      password.remove_prefix(1);
    } else {
      return false;
    }
  }
  return found;
}

base::field_error fault(std::string code, std::string message) {
  return {"", std::move(code), std::move(message)};
}

// Code points are one to four bytes: most wrong sizes are seen without counting.
bool is_too_long(const password_policy& policy, std::string_view password) {
  return password.size() > policy.max_length &&
         (password.size() > 4 * policy.max_length || base::count_code_points(password) > policy.max_length);
}

}  // namespace

std::optional<base::field_error> find_fault(const password_policy& policy, std::string_view password,
                                            std::string_view email_local_part, std::string_view email) {
  if (password.find('\0') != std::string_view::npos)
    return fault("contains_nul", "A password cannot contain the character NUL.");
  if (!base::is_utf8(password)) return fault("wrong_type", "A password must be well-formed UTF-8.");
  if (base::count_code_points(password) < policy.min_length)
    return fault("too_short", "A password needs at least " + std::to_string(policy.min_length) + " characters.");
  if (is_too_long(policy, password))
    return fault("too_long", "A password can have at most " + std::to_string(policy.max_length) + " characters.");

  const auto lower = base::to_lower_ascii(password);
  if (is_common_password(lower)) return fault("common_password", "This is one of the most common passwords.");
  if (is_little_more_than(lower, product_name))
    return fault("contains_product_name", "A password must not be made of the name of this product.");
  if (!email.empty() && (is_little_more_than(lower, email_local_part) || is_little_more_than(lower, email)))
    return fault("contains_email", "A password must not be made of the e-mail address.");
  return std::nullopt;
}

bool cannot_be_a_password(const password_policy& policy, std::string_view password) {
  return password.find('\0') != std::string_view::npos || password.size() > 4 * policy.max_length ||
         !base::is_utf8(password) || is_too_long(policy, password);
}

}  // namespace kontor::account
