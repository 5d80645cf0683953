// What a user's secrets are at present: which there are, which version of each holds, what its sealed text is. It
// stands sealed in the user's own row, and decides what a row of the database is worth.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::vault {

using token_digest = std::array<std::uint8_t, 16>;

/// The first half of SHA-256 of a sealed text.
token_digest digest_of(std::string_view token);

/// What a saved value is known by to those who have to know it again: the digest in hexadecimal digits. No two have the
/// same, because each sealed text has random bytes of its own; a version number begins at 1 again when a secret was
/// destroyed. Rotation does not change it.
std::string seal_of(const token_digest& digest);

/// No version number is higher; far above everything that is ever counted up to.
inline constexpr std::int64_t most_version = std::int64_t{1} << 62;

struct directory_entry {
  std::int64_t version = 0;  ///< From 1 to most_version.
  std::int64_t series = 0;   ///< Random; another one when the name is used anew after it was destroyed.
  bool is_deleted = false;
  std::int64_t size = 0;    ///< Of the present version's value, in bytes.
  std::string origin = {};  ///< Where alone the present version may be sent: save_options::origin.
  token_digest digest{};    ///< Of the present version's sealed text.
  base::secret_bytes hint;  ///< The last four characters, or nothing: see hint_of.
};

using directory = std::map<std::string, directory_entry, std::less<>>;

/// For the seal: all of it, in order of the names. std::invalid_argument for what parse_directory would not take: once
/// that stood sealed, nothing of its owner could be read any more.
base::secret_bytes to_bytes(const directory& what);
/// nullopt for anything but what to_bytes makes.
std::optional<directory> parse_directory(crypto::bytes content);

/// The last four characters of a value in which they tell nothing: of at least 20 characters, well-formed UTF-8, the
/// last four of them printable ASCII. Else empty.
base::secret_bytes hint_of(const base::secret_bytes& value);

/// A secret's row in the table, as anybody who can write to the database may have left it.
struct secret_head {
  std::int64_t version = 0;
  base::timestamp created_at;
  base::timestamp updated_at;  ///< When the present version was saved, or it was deleted or brought back.
  std::optional<base::timestamp> deleted_at;
  std::optional<base::timestamp> last_used_at;
};

enum class standing {
  absent,
  present,
  deleted,
  unreadable,  ///< The rows are not what the directory says: one was changed, exchanged, put back or taken away.
};

/// What the rows of one secret are worth. `entry`: what the directory says of it, or null; `token`: the sealed text of
/// the version that the head names. A secret that is present still has to open.
standing judge(const directory_entry* entry, const std::optional<secret_head>& head,
               const std::optional<std::string>& token);

}  // namespace kontor::vault
