#include "json/number.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace kontor::json {
namespace {

// Whole numbers up to here have no digit in plain notation that the shortest form does not have.
constexpr double most_plain = 9007199254740992;
constexpr double least_plain = 1e-6;

// ECMA-262, Number::toString, from the digits and the exponent that the shortest scientific form has. `point` is where
// the decimal point stands among the digits.
void lay_out(std::string& out, std::string_view digits, int point) {
  const auto count = static_cast<int>(digits.size());
  if (point > 0 && point <= 21) {
    if (count <= point) {
      out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else {
      out.append(digits.substr(0, static_cast<std::size_t>(point))).push_back('.');
      out.append(digits.substr(static_cast<std::size_t>(point)));
    }
  } else if (point > -6 && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    out.push_back(digits.front());
    if (count > 1) out.append(".").append(digits.substr(1));
    out.append(point > 0 ? "e+" : "e-").append(std::to_string(std::abs(point - 1)));
  }
}

}  // namespace

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  if (number == 0) {
    out.push_back('0');
    return;
  }
  char text[64];
  const double size = std::abs(number);
  if (size >= least_plain && size <= most_plain) {
    const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed).ptr;
    out.append(text, end);
    return;
  }
  if (number < 0) out.push_back('-');
  const auto end = std::to_chars(text, text + sizeof text, size, std::chars_format::scientific).ptr;
  const std::string_view shortest(text, static_cast<std::size_t>(end - text));
  const auto mark = shortest.find('e');
  std::string digits(1, shortest.front());
  if (mark > 2) digits.append(shortest.substr(2, mark - 2));
  int exponent = 0;
  const auto* sign = text + mark + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, end, exponent);
  lay_out(out, digits, exponent + 1);
}

}  // namespace kontor::json
