// TOTP secrets as they stand in the database: sealed for their owner.
#pragma once

#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/fernet.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::factor {

/// Fernet under a key derived for each user from the installation key (HKDF, info "kontor factor " and the user's id).
/// The owner's id stands inside the plaintext as well and is compared after opening: a token that was moved to another
/// user does not open, even if keys were ever mixed up. Thread-safe.
class secret_seal {
 public:
  /// `installation_key`: at least 32 bytes, the same at every start, else std::invalid_argument.
  explicit secret_seal(const base::secret_bytes& installation_key);

  std::string seal(const base::user_id& owner, const base::secret_bytes& secret, base::timestamp now) const;
  /// nullopt for anything but an unchanged token that was sealed for this owner.
  std::optional<base::secret_bytes> open(const base::user_id& owner, std::string_view sealed) const;

 private:
  crypto::fernet box_of(const base::user_id& owner) const;

  base::secret_bytes installation_key_;
};

}  // namespace kontor::factor
