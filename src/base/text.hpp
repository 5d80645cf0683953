// Text without a locale: UTF-8, base64url, hexadecimal, ASCII classes and case. Unicode normal forms live where they
// are needed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::base {

/// Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

/// Code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

/// base64url without padding (RFC 4648 section 5).
std::string to_base64url(std::span<const std::uint8_t> bytes);

/// base64url without padding, and with spare bits zero (RFC 4648 section 3.5); anything else is nullopt.
std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

/// base64 with padding (RFC 4648 section 4).
std::string to_base64(std::span<const std::uint8_t> bytes);

/// Lower-case hexadecimal digits.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// ASCII only, whatever the locale says.
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_letter_or_digit(char c) noexcept {
  return is_letter(c) || is_digit(c);
}

/// The value of a hexadecimal digit of either case; -1 for every other byte.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Without the blanks at both ends; a view into `text`.
constexpr std::string_view trim(std::string_view text, std::string_view blanks = " \t") noexcept {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// ASCII letters only; other bytes stay as they are.
std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_ascii_case(std::string_view a, std::string_view b) noexcept;

/// One after the other, with `between` in between.
std::string join(std::span<const std::string> texts, std::string_view between);

/// For one line of a log: control characters, line and paragraph separators, bidirectional controls and broken UTF-8
/// become `\u{…}`, and what is longer than `max_bytes` is cut and ends with an ellipsis.
std::string printable(std::string_view text, std::size_t max_bytes = 512);

inline std::span<const std::uint8_t> as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace kontor::base
