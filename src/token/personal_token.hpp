// A personal access token: how its text looks, what is stored of it, and who it stands for.
#pragma once

#include "account/user.hpp"
#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "token/address_list.hpp"
#include "token/scopes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::token {

using token_id = base::id<struct token_tag>;

/// What the text of every token begins with, so that scanners find one in a place where it does not belong.
inline constexpr std::string_view prefix = "kontor_pat_";
inline constexpr std::size_t secret_size = 43;  ///< Characters of base64url behind it: 256 random bits.
inline constexpr std::size_t shown_size = 4;    ///< The last ones, by which an owner tells tokens apart.

/// Meant to be one, whatever follows the prefix.
inline bool has_prefix(std::string_view text) noexcept {
  return text.starts_with(prefix);
}
/// Has the form of one: prefix and 43 characters of base64url that are 32 bytes.
bool is_token_text(std::string_view text);

/// A new one, random; shown once.
base::secret_bytes make_token_text();
/// Hex SHA-256 of the whole text; a plain hash is enough for 256 random bits.
std::string hash_of_token_text(std::string_view text);

/// What its owner may know of it.
struct personal_token {
  token_id id;
  base::user_id owner;
  std::string name;
  std::string last_characters;
  scope_set scopes;
  address_list addresses;  ///< Empty: usable from everywhere.
  /// The account's security epoch when it was made: once the account's is another, the token is over.
  std::int64_t epoch = 0;
  base::timestamp created_at;
  std::optional<base::timestamp> expires_at;
  std::optional<base::timestamp> last_used_at;  ///< Right to a minute.
  std::optional<std::string> last_used_address;
};

/// Who asks with a token, as of now.
struct identity {
  account::user owner;
  personal_token token;
  bool has_second_factor = false;  ///< The owner has one that is on.
};

/// Why a token that exists does not let anybody in; empty when it does.
std::string_view fault_of(const identity& who, const boost::asio::ip::address& from, base::timestamp now);

}  // namespace kontor::token
