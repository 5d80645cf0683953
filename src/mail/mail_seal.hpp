// Mails as they stand in the queue: sealed, because a link in one of them opens an account until it is used.
#pragma once

#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "crypto/fernet.hpp"
#include "mail/mail.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::mail {

/// The id of a mail in the queue; also the left half of its Message-ID.
using mail_id = base::id<struct mail_tag>;

/// Fernet under a key derived from the installation key (HKDF, info "kontor mail outbox"). The id of the row stands
/// inside as well and is compared after opening, so that one row's content does not open in another. Thread-safe.
class mail_seal {
 public:
  /// `installation_key`: at least 32 bytes, the same at every start and on every node, else std::invalid_argument.
  explicit mail_seal(const base::secret_bytes& installation_key);

  /// Equal in length for mails whose addresses and links are.
  std::string seal(const mail_id& id, const mail& what, base::timestamp now) const;
  /// nullopt for anything but an unchanged token that was sealed for this row.
  std::optional<mail> open(const mail_id& id, std::string_view sealed) const;

 private:
  crypto::fernet box_;
};

}  // namespace kontor::mail
