#include "json/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace kontor::json {
namespace {

// Whole numbers up to here have no digit in plain notation that the shortest form does not have.
constexpr double most_plain = 9007199254740992;
constexpr double least_plain = 1e-6;

char* write(char* at, std::string_view text) noexcept {
  return std::ranges::copy(text, at).out;
}

// ECMA-262, Number::toString, from the digits and the exponent that the shortest scientific form has. `point` is where
// the decimal point stands among the digits.
char* lay_out(char* at, std::string_view digits, int point) noexcept {
  const auto count = static_cast<int>(digits.size());
  if (point > 0 && point <= 21) {
    if (count <= point) return std::fill_n(write(at, digits), point - count, '0');
    at = write(at, digits.substr(0, static_cast<std::size_t>(point)));
    *at++ = '.';
    return write(at, digits.substr(static_cast<std::size_t>(point)));
  }
  if (point > -6 && point <= 0) return write(std::fill_n(write(at, "0."), -point, '0'), digits);
  *at++ = digits.front();
  if (count > 1) at = write(write(at, "."), digits.substr(1));
  at = write(at, point > 0 ? "e+" : "e-");
  return std::to_chars(at, at + 4, std::abs(point - 1)).ptr;
}

constexpr int places = 8;
constexpr std::int64_t unit = 100'000'000;
constexpr double most_counted = 1e7;

// Whole `units` of 10^-8, which are not zero.
char* write_units(char* at, std::int64_t units) noexcept {
  auto left = places;
  while (left > 0 && units % 10 == 0) {
    units /= 10;
    --left;
  }
  char text[longest_number];
  const auto* const end = std::to_chars(text, text + sizeof text, units).ptr;
  const std::string_view digits(text, static_cast<std::size_t>(end - text));
  return lay_out(at, digits, static_cast<int>(digits.size()) - left);
}

}  // namespace

char* write_number(char* at, double number) noexcept {
  if (!std::isfinite(number)) return write(at, "null");
  if (number == 0) return write(at, "0");
  const double size = std::abs(number);
  if (size >= least_plain && size < most_counted) {
    // Prices and volumes have few decimals, and to count them is three times as fast as to search for the shortest
    // digits. Both numbers of the quotient are exact, so it is the double nearest to the decimal one; and of decimal
    // numbers with at most fifteen digits each has a double of its own, so no shorter one reads back to the same.
    const auto units = std::llround(size * unit);
    if (static_cast<double>(units) / unit == size) {
      if (number < 0) *at++ = '-';
      return write_units(at, units);
    }
  }
  if (size >= least_plain && size <= most_plain)
    return std::to_chars(at, at + longest_number, number, std::chars_format::fixed).ptr;
  if (number < 0) *at++ = '-';
  char text[longest_number];
  const auto* const end = std::to_chars(text, text + sizeof text, size, std::chars_format::scientific).ptr;
  const std::string_view shortest(text, static_cast<std::size_t>(end - text));
  const auto mark = shortest.find('e');
  char digits[longest_number] = {shortest.front()};
  const auto* const last = mark > 2 ? write(digits + 1, shortest.substr(2, mark - 2)) : digits + 1;
  int exponent = 0;
  const auto* sign = text + mark + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, end, exponent);
  return lay_out(at, {digits, static_cast<std::size_t>(last - digits)}, exponent + 1);
}

void append_number(std::string& out, double number) {
  char text[longest_number];
  out.append(text, write_number(text, number));
}

}  // namespace kontor::json
