// Strong ids: a user's id cannot be passed where a conversation's is expected.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::base {

/// A UUID as text: 36 characters, lower case (RFC 9562).
class uuid {
 public:
  /// The nil UUID.
  uuid() noexcept;

  /// A version 4 UUID made from 16 random bytes.
  static uuid from_random(std::array<std::uint8_t, 16> bytes) noexcept;

  /// Exactly the 36-character form with hyphens and lower-case digits; anything else is nullopt.
  static std::optional<uuid> parse(std::string_view text) noexcept;

  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  std::string str() const { return std::string(text()); }

  friend auto operator<=>(const uuid&, const uuid&) = default;

 private:
  std::array<char, 36> text_;
};

/// A UUID of one kind of thing.
template <class Tag>
class id {
 public:
  id() = default;
  explicit id(const uuid& value) noexcept : value_(value) {}

  static std::optional<id> parse(std::string_view text) noexcept {
    if (const auto value = uuid::parse(text)) return id(*value);
    return std::nullopt;
  }

  const uuid& value() const noexcept { return value_; }
  std::string_view text() const noexcept { return value_.text(); }
  std::string str() const { return value_.str(); }

  friend auto operator<=>(const id&, const id&) = default;

 private:
  uuid value_;
};

using user_id = id<struct user_tag>;
using session_id = id<struct session_tag>;

}  // namespace kontor::base

template <>
struct std::hash<kontor::base::uuid> {
  std::size_t operator()(const kontor::base::uuid& value) const noexcept {
    return std::hash<std::string_view>{}(value.text());
  }
};

template <class Tag>
struct std::hash<kontor::base::id<Tag>> {
  std::size_t operator()(const kontor::base::id<Tag>& value) const noexcept {
    return std::hash<kontor::base::uuid>{}(value.value());
  }
};
