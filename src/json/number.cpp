#include "json/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
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

// The digits and the exponent of a number as to_chars writes it in scientific notation.
char* lay_out_scientific(char* at, std::string_view text) noexcept {
  const auto mark = text.find('e');
  char digits[longest_number] = {text.front()};
  const auto* last = mark > 2 ? write(digits + 1, text.substr(2, mark - 2)) : digits + 1;
  while (last > digits + 1 && *(last - 1) == '0')
    --last;
  int exponent = 0;
  const auto* sign = text.data() + mark + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, text.data() + text.size(), exponent);
  return lay_out(at, {digits, static_cast<std::size_t>(last - digits)}, exponent + 1);
}

// Where numbers to be rounded have their first digit, and what makes a whole number of rounded_digits of them. All of
// the factors are exact.
constexpr std::array<double, 16> powers = {1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2,  1e3,  1e4,
                                           1e5,  1e6,  1e7,  1e8, 1e9, 1e10, 1e11, 1e12};
constexpr std::array<double, 15> factors = {1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7,
                                            1e6,  1e5,  1e4,  1e3,  1e2,  1e1, 1e0};
constexpr int least_point = -2;
constexpr std::uint64_t too_many_units = 1'000'000'000'000;

constexpr auto pairs = [] {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 100; ++i) {
    out[2 * i] = static_cast<char>('0' + i / 10);
    out[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return out;
}();

void write_six(char* at, std::uint32_t number) noexcept {
  for (int place = 4; place >= 0; place -= 2) {
    std::memcpy(at + place, &pairs[2 * static_cast<std::size_t>(number % 100)], 2);
    number /= 100;
  }
}

// Of a number of rounded_digits digits, which the hundred thousands of a chart have. Copies of one length are a few
// instructions, whatever is copied too much; there is room for it.
char* lay_out_units(char* at, std::uint64_t units, int point) noexcept {
  constexpr std::uint64_t half = 1'000'000;
  constexpr std::size_t copied = 16;
  char digits[2 * copied] = {};
  write_six(digits, static_cast<std::uint32_t>(units / half));
  write_six(digits + 6, static_cast<std::uint32_t>(units % half));
  auto count = rounded_digits;
  while (digits[count - 1] == '0')
    --count;
  if (point <= 0 || point >= count) return lay_out(at, {digits, static_cast<std::size_t>(count)}, point);
  std::memcpy(at, digits, copied);
  at[point] = '.';
  std::memcpy(at + point + 1, digits + point, copied);
  return at + count + 1;
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
    const auto units = static_cast<std::int64_t>(size * unit + 0.5);
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
  return lay_out_scientific(at, {text, static_cast<std::size_t>(end - text)});
}

void append_number(std::string& out, double number) {
  char text[longest_number];
  out.append(text, write_number(text, number));
}

char* write_rounded(char* at, double number) noexcept {
  if (!std::isfinite(number)) return write(at, "null");
  if (number == 0) return write(at, "0");
  const double size = std::abs(number);
  if (number < 0) *at++ = '-';
  if (size >= powers.front() && size < powers.back()) {
    std::size_t i = 0;
    while (size >= powers[i + 1])
      ++i;
    const auto units = static_cast<std::uint64_t>(size * factors[i] + 0.5);
    const auto point = least_point + static_cast<int>(i);
    return units == too_many_units ? lay_out_units(at, units / 10, point + 1) : lay_out_units(at, units, point);
  }
  char text[longest_number];
  const auto* const end =
      std::to_chars(text, text + sizeof text, size, std::chars_format::scientific, rounded_digits - 1).ptr;
  return lay_out_scientific(at, {text, static_cast<std::size_t>(end - text)});
}

void append_rounded(std::string& out, double number) {
  char text[longest_number];
  out.append(text, write_rounded(text, number));
}

}  // namespace kontor::json
