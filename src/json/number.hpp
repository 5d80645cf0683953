// Numbers as JSON has them.
#pragma once

#include <cstddef>
#include <string>

namespace kontor::json {

/// Appends a finite number in the shortest form that reads back to the same double, written as ECMAScript writes it
/// (ECMA-262, Number::toString): `100000`, `0.000001`, `1e-7`, `1e+21`. So a browser that parses it and writes it again
/// has the same bytes. -0 is `0`; what is not finite is `null`.
void append_number(std::string& out, double number);

/// The same to a place with room for longest_number bytes; returns its end.
char* write_number(char* at, double number) noexcept;
inline constexpr std::size_t longest_number = 32;

/// Of what was computed: rounded to at most rounded_digits significant digits, written as append_number would write the
/// double nearest to that decimal number. Of two decimal numbers that are equally near within 1e-4 of their distance
/// either may stand there.
void append_rounded(std::string& out, double number);
/// The same to a place with room for longest_number bytes; returns its end.
char* write_rounded(char* at, double number) noexcept;
inline constexpr int rounded_digits = 12;

}  // namespace kontor::json
