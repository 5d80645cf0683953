#include "base/id.hpp"

#include <algorithm>

namespace kontor::base {
namespace {

constexpr std::string_view nil = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view digits = "0123456789abcdef";

constexpr bool is_hyphen_place(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

uuid::uuid() noexcept {
  std::copy(nil.begin(), nil.end(), text_.begin());
}

uuid uuid::from_random(std::array<std::uint8_t, 16> bytes) noexcept {
  // RFC 9562 section 5.4: the version stands in the high half of byte 6, the variant in the two high bits of byte 8.
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  uuid out;
  std::size_t at = 0;
  for (const auto byte : bytes) {
    if (is_hyphen_place(at)) ++at;
    out.text_[at++] = digits[byte >> 4];
    out.text_[at++] = digits[byte & 0x0f];
  }
  return out;
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
  if (text.size() != nil.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = is_hyphen_place(i) ? text[i] == '-' : digits.find(text[i]) != std::string_view::npos;
    if (!fits) return std::nullopt;
  }
  uuid out;
  std::copy(text.begin(), text.end(), out.text_.begin());
  return out;
}

}  // namespace kontor::base
