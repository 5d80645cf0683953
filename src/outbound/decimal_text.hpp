// Sums of decimal numbers as texts: amounts of money are never made doubles.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// `-?digits[.digits]`, at most 64 characters; no exponent, no sign of plus.
bool is_decimal(std::string_view text) noexcept;
/// Of a decimal number: nothing but zeros?
bool is_zero(std::string_view decimal) noexcept;

/// The exact sum, with as many digits behind the point as the longer of the two, and no zeros before the first digit.
/// nullopt when one is no decimal number, or the sum has no place in 64 characters. An empty text counts as zero.
std::optional<std::string> add_decimals(std::string_view a, std::string_view b);

}  // namespace kontor::outbound
