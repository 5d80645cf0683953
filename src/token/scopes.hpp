// What a personal token may be used for: the closed list of rights, and a set of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::token {

/// A right that a route of the API asks for. The names are stored and shown: they are never changed or reused.
enum class scope {
  account_read,  ///< Reading one's own account: who it is, where it is signed in, what happened to it.
  admin_read,    ///< Reading what administrators read, as long as the owner is one.
  chat_read,     ///< Reading conversations, searching them, taking them along.
  chat_write,    ///< Changing conversations, and having messages answered.
  charts_read,   ///< Reading the market, charts, layouts and favourites.
  charts_write,  ///< Changing charts, layouts and favourites.
};

struct scope_name {
  scope value;
  std::string_view name;
};

inline constexpr std::array<scope_name, 6> scope_names{{
    {scope::account_read, "account:read"},
    {scope::admin_read, "admin:read"},
    {scope::chat_read, "chat:read"},
    {scope::chat_write, "chat:write"},
    {scope::charts_read, "charts:read"},
    {scope::charts_write, "charts:write"},
}};

std::string_view name_of(scope one) noexcept;
/// Exactly the name; anything else is nullopt.
std::optional<scope> parse_scope(std::string_view name) noexcept;

class scope_set {
 public:
  void add(scope one) noexcept { bits_ |= bit_of(one); }
  bool has(scope one) const noexcept { return (bits_ & bit_of(one)) != 0; }
  bool empty() const noexcept { return bits_ == 0; }

  /// The names in the order of `scope_names`, with one space between (RFC 6749 section 3.3).
  std::string text() const;
  std::vector<std::string_view> names() const;
  /// Reads text(). A name that is not known, of a newer program say, gives no right.
  static scope_set parse(std::string_view text) noexcept;

  friend bool operator==(const scope_set&, const scope_set&) = default;

 private:
  static constexpr std::uint32_t bit_of(scope one) noexcept { return 1u << static_cast<unsigned>(one); }
  std::uint32_t bits_ = 0;
};

}  // namespace kontor::token
