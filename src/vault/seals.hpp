// The seals of the vault. Every one is a standard Fernet token (AES-128-CBC with HMAC-SHA-256) under a key that is
// derived for it alone, with what it is and whose it is inside, compared after opening.
//
//   master key → HKDF → key-encryption key, which wraps
//   the random data key of a user → HKDF → the key of the user's directory
//                                 → HKDF with the name → the key of one secret
#pragma once

#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/fernet.hpp"
#include "vault/directory.hpp"
#include "vault/master_key.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::vault {

/// What a master key does: it wraps data keys. Thread-safe.
class key_wrap {
 public:
  explicit key_wrap(const master_key& from);

  const std::string& id() const noexcept { return id_; }

  std::string wrap(const base::user_id& owner, const base::secret_bytes& data_key, base::timestamp now) const;
  /// nullopt for anything but an unchanged key that was wrapped for this owner by this master key.
  std::optional<base::secret_bytes> unwrap(const base::user_id& owner, std::string_view wrapped) const;

  /// A text that only this key opens: with it the program knows at its start that it has the right one.
  std::string make_canary(base::timestamp now) const;
  bool opens_canary(std::string_view canary) const;

 private:
  std::string id_;
  crypto::fernet box_;
};

/// A version of a secret, and what it is sealed as.
struct secret_place {
  std::string_view name;
  std::int64_t version;
  std::int64_t series;  ///< directory_entry::series.
};

/// What a user's data key does. Thread-safe.
class user_keys {
 public:
  static base::secret_bytes make_data_key();
  static std::int64_t make_series();
  /// `data_key`: 32 bytes, else std::invalid_argument.
  user_keys(const base::user_id& owner, base::secret_bytes data_key);

  std::string seal(const secret_place& where, const base::secret_bytes& value, base::timestamp now) const;
  /// nullopt for anything but an unchanged text that was sealed for this owner, name, version and series.
  std::optional<base::secret_bytes> open(const secret_place& where, std::string_view token) const;

  std::string seal_directory(const directory& what, base::timestamp now) const;
  std::optional<directory> open_directory(std::string_view sealed) const;

 private:
  crypto::fernet box_of(std::string_view name) const;

  base::user_id owner_;
  base::secret_bytes data_key_;
  crypto::fernet directory_box_;
};

/// A master key sealed under a recovery key (recovery_key.hpp).
std::string seal_for_recovery(const base::secret_bytes& recovery_key, const master_key& what, base::timestamp now);
/// nullopt for anything but an unchanged text under this recovery key that holds the master key of this id.
std::optional<master_key> open_with_recovery(const base::secret_bytes& recovery_key, std::string_view id,
                                             std::string_view sealed);

/// What seals the lines of an export (transfer.hpp).
crypto::fernet export_box(const base::secret_bytes& key);

}  // namespace kontor::vault
