// The normal form of an e-mail address: one spelling per mailbox, and no two that look alike. Rules and reasons: docs/accounts.md.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace kontor::account {

struct email_address {
  /// Local part in NFKC case-folded form, `@`, domain in lower-case A-labels (IDNA2008): what is stored, unique and shown.
  std::string normal;
  /// The same with every non-ASCII letter replaced by what it looks like; unique too. Two ASCII addresses never share it.
  std::string lookalike;
  std::string local_part;  ///< Of the normal form.
};

/// Surrounding ASCII blanks are dropped. errc::invalid_input without fields, with `type` one of `not_an_email` (no address at all:
/// RFC 5321 syntax, control characters, broken UTF-8, over 254 bytes, local part over 64 bytes) and `email_not_supported` (valid
/// somewhere but refused by our written policy: quoted local part, comment, IP literal, domain without a dot, mixed scripts,
/// invisible characters).
base::result<email_address> normalise_email(std::string_view typed);

}  // namespace kontor::account
