// The normal form of an e-mail address: one spelling per mailbox, and no two that look alike. Rules and reasons:
// docs/accounts.md.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace kontor::account {

/// RFC 5321 section 4.5.3.1.3 with erratum 1690: 256 bytes of path are two angle brackets and the address.
inline constexpr std::size_t max_email_size = 254;

struct email_address {
  /// Local part in NFKC case-folded form, `@`, domain in lower-case A-labels (IDNA2008): what is stored, unique and
  /// shown.
  std::string normal;
  /// The same, the domain in U-labels, with every non-ASCII character replaced by what it looks like; unique too. Two
  /// addresses of ASCII characters never share it, unless one of them has an A-label (`xn--…`) that looks like the
  /// other.
  std::string lookalike;
  std::string local_part;  ///< Of the normal form.
};

/// Surrounding spaces and tabs are dropped. errc::invalid_input without fields, with `type` one of `not_an_email` (no
/// address at all: RFC 5321 syntax, control characters, broken UTF-8, over 254 bytes, local part over 64 bytes) and
/// `email_not_supported` (valid somewhere but refused by our written policy: quoted local part, comment, IP literal,
/// domain without a dot or ending in a number, mixed scripts, invisible characters, a name that IDNA2008 does not
/// allow). The normal form of a normal form is itself.
base::result<email_address> normalise_email(std::string_view typed);

/// One text for every spelling of an account, for what counts failures: the look-alike form, or what was typed when it
/// is no address.
std::string key_of_account(std::string_view typed);

/// A part of an address as it would stand in a normal form, for searching: letter case, width and composition of
/// characters do not matter. A part of a domain in a script of its own stays as it is, and so finds no A-label. `part`
/// is well-formed UTF-8 of at most max_email_size bytes without control characters.
std::string fold_part_of_email(std::string_view part);

namespace detail {

/// The way that is taken for every address that is not plain ASCII; takes those too and comes to the same result. For
/// tests.
base::result<email_address> normalise_email_with_unicode(std::string_view typed);

}  // namespace detail

}  // namespace kontor::account
