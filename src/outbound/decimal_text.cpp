#include "outbound/decimal_text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kontor::outbound {
namespace {

constexpr std::size_t longest = 64;

struct number {
  bool is_negative = false;
  std::string digits;  // without a point, as many behind it as both have
};

std::string_view behind_point(std::string_view decimal) {
  const auto point = decimal.find('.');
  return point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1);
}

number parse(std::string_view decimal, std::size_t places) {
  number out;
  out.is_negative = decimal.starts_with('-');
  if (out.is_negative) decimal.remove_prefix(1);
  out.digits = decimal.substr(0, decimal.find('.'));
  const auto behind = behind_point(decimal);
  out.digits.append(behind).append(places - behind.size(), '0');
  return out;
}

// Of digits of the same number, from the last to the first.
std::string plus(const std::string& a, const std::string& b) {
  std::string out(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int sum = a[i] - '0' + (b[i] - '0') + carry;
    out[i + 1] = static_cast<char>('0' + sum % 10);
    carry = sum / 10;
  }
  out[0] = static_cast<char>('0' + carry);
  return out;
}

// `a` is not smaller.
std::string minus(const std::string& a, const std::string& b) {
  std::string out(a.size(), '0');
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int difference = a[i] - b[i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    out[i] = static_cast<char>('0' + difference + 10 * borrow);
  }
  return out;
}

}  // namespace

bool is_decimal(std::string_view text) noexcept {
  if (text.size() > longest) return false;
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto behind = behind_point(text);
  const auto all_digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return base::is_digit(c); });
  };
  return all_digits(whole) && (point == std::string_view::npos || all_digits(behind));
}

bool is_zero(std::string_view decimal) noexcept {
  return decimal.find_first_not_of("-0.") == std::string_view::npos;
}

std::optional<std::string> add_decimals(std::string_view a, std::string_view b) {
  if (a.empty()) a = "0";
  if (b.empty()) b = "0";
  if (!is_decimal(a) || !is_decimal(b)) return std::nullopt;
  const auto places = std::max(behind_point(a).size(), behind_point(b).size());
  auto one = parse(a, places);
  auto other = parse(b, places);
  const auto size = std::max(one.digits.size(), other.digits.size());
  one.digits.insert(0, size - one.digits.size(), '0');
  other.digits.insert(0, size - other.digits.size(), '0');
  if (one.digits < other.digits) std::swap(one, other);
  auto digits = one.is_negative == other.is_negative ? plus(one.digits, other.digits) : minus(one.digits, other.digits);
  const auto before = digits.size() - places;
  digits.erase(0, std::min(digits.find_first_not_of('0'), before - 1));
  if (places > 0) digits.insert(digits.size() - places, ".");
  if (one.is_negative && !is_zero(digits)) digits.insert(0, "-");
  if (digits.size() > longest) return std::nullopt;
  return digits;
}

}  // namespace kontor::outbound
