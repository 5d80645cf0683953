#include "vault/secret_name.hpp"

#include <algorithm>

namespace kontor::vault {
namespace {

constexpr bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_secret_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > max_name_size || !is_letter_or_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

std::string full_name(const base::user_id& owner, std::string_view name) {
  return "user_" + owner.str() + "_" + std::string(name);
}

}  // namespace kontor::vault
