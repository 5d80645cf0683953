#include "base/text.hpp"

#include <array>
#include <cstdio>

namespace kontor::base {
namespace {

constexpr char32_t broken = 0xffffffff;

struct decoded {
  char32_t code_point = broken;
  std::size_t size = 1;  // bytes taken; 1 when broken
};

constexpr bool is_continuation(unsigned char c) {
  return (c & 0xc0) == 0x80;
}

// RFC 3629 section 4: the table of well-formed sequences.
decoded decode(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};

  std::size_t size = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if ((first & 0xe0) == 0xc0) {
    size = 2, value = first & 0x1f, smallest = 0x80;
  } else if ((first & 0xf0) == 0xe0) {
    size = 3, value = first & 0x0f, smallest = 0x800;
  } else if ((first & 0xf8) == 0xf0) {
    size = 4, value = first & 0x07, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < size) return {};
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(byte(i))) return {};
    value = (value << 6) | (byte(i) & 0x3f);
  }
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < smallest || value > 0x10ffff || surrogate) return {};
  return {value, size};
}

// What could start a line, hide or reorder text in a terminal or a log viewer.
bool is_unprintable(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode_base64(std::span<const std::uint8_t> bytes, std::string_view digits, std::string_view padding) {
  std::string out(bytes.size() / 3 * 4, '\0');
  auto to = out.begin();
  std::size_t i = 0;
  for (; i + 2 < bytes.size(); i += 3) {
    const std::uint32_t group = (std::uint32_t{bytes[i]} << 16) | (std::uint32_t{bytes[i + 1]} << 8) | bytes[i + 2];
    for (const int shift : {18, 12, 6, 0})
      *to++ = digits[(group >> shift) & 0x3f];
  }
  if (bytes.size() - i == 1) {
    out += digits[bytes[i] >> 2];
    out += digits[(bytes[i] & 0x03u) << 4];
    out.append(padding).append(padding);
  } else if (bytes.size() - i == 2) {
    out += digits[bytes[i] >> 2];
    out += digits[((bytes[i] & 0x03u) << 4) | (bytes[i + 1] >> 4)];
    out += digits[(bytes[i + 1] & 0x0fu) << 2];
    out.append(padding);
  }
  return out;
}

// The value of each base64url digit, 0xff for every other byte.
constexpr auto base64url_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xff);
  for (std::size_t i = 0; i < base64url_digits.size(); ++i)
    values[static_cast<unsigned char>(base64url_digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto next = decode(text);
    if (next.code_point == broken) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text)
    count += is_continuation(static_cast<unsigned char>(c)) ? 0u : 1u;
  return count;
}

std::string to_base64url(std::span<const std::uint8_t> bytes) {
  return encode_base64(bytes, base64url_digits, "");
}
std::string to_base64(std::span<const std::uint8_t> bytes) {
  return encode_base64(bytes, base64_digits, "=");
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  const auto value_at = [text](std::size_t i) {
    return std::uint32_t{base64url_values[static_cast<unsigned char>(text[i])]};
  };
  std::vector<std::uint8_t> out(text.size() * 3 / 4);
  auto to = out.begin();
  // What is no digit has bits that no digit has.
  std::uint32_t seen = 0;
  std::size_t i = 0;
  for (; i + 3 < text.size(); i += 4) {
    const auto group = (value_at(i) << 18) | (value_at(i + 1) << 12) | (value_at(i + 2) << 6) | value_at(i + 3);
    seen |= value_at(i) | value_at(i + 1) | value_at(i + 2) | value_at(i + 3);
    for (const int shift : {16, 8, 0})
      *to++ = static_cast<std::uint8_t>(group >> shift);
  }
  if (const auto rest = text.size() - i; rest != 0) {
    const auto last = rest == 3 ? value_at(i + 2) : 0;
    const auto group = (value_at(i) << 18) | (value_at(i + 1) << 12) | (last << 6);
    seen |= value_at(i) | value_at(i + 1) | last;
    *to++ = static_cast<std::uint8_t>(group >> 16);
    if (rest == 3) *to++ = static_cast<std::uint8_t>(group >> 8);
    const auto spare = rest == 3 ? group & 0xffu : group & 0xffffu;
    if (spare != 0) return std::nullopt;
  }
  if (seen > 0x3f) return std::nullopt;
  return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 0x0f];
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    c = lower(c);
  return out;
}

bool equal_ignoring_ascii_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::string join(std::span<const std::string> texts, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i)
    out.append(i == 0 ? std::string_view() : between).append(texts[i]);
  return out;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= max_bytes) return out + "…";
    const auto next = decode(text);
    if (next.code_point == broken || is_unprintable(next.code_point)) {
      std::array<char, 16> escaped{};
      const auto shown = next.code_point == broken ? static_cast<unsigned char>(text[0]) : next.code_point;
      const int size = std::snprintf(escaped.data(), escaped.size(), next.code_point == broken ? "\\x%02x" : "\\u{%x}",
                                     static_cast<unsigned>(shown));
      out.append(escaped.data(), static_cast<std::size_t>(size));
    } else {
      out.append(text.substr(0, next.size));
    }
    text.remove_prefix(next.size);
  }
  return out;
}

}  // namespace kontor::base
