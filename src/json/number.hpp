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

}  // namespace kontor::json
