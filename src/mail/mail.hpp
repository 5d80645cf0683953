// One mail, before it is written out.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "mail/language.hpp"

#include <cstdint>
#include <string>

namespace kontor::mail {

/// What a mail says. The numbers are stored until it is sent: they are never reused.
enum class mail_kind {
  nothing = 0,              ///< Never sent: it takes the place of a mail where nobody may see that there is none.
  finish_registration = 1,  ///< The link sets the first password.
  account_exists = 2,       ///< Somebody registered with an address that has an account.
  address_not_usable = 3,   ///< Somebody registered with an address that looks like another account's.
  reset_password = 4,       ///< The link sets a new password.
  confirm_address = 5,      ///< The link proves that the address is the account's.
  confirm_change = 6,       ///< The link makes it the account's address.
  address_taken = 7,        ///< Somebody wants to move their account to an address that has one.
  address_changed = 8,      ///< To the address that an account had before.
  invitation = 9,           ///< An administrator made the account; the link sets the first password.
  change_requested = 10,    ///< To the address that an account has, when somebody asks for another one.
  // Notices of what changed about the ways into an account: no link in them can act.
  second_factor_on = 11,
  second_factor_off = 12,
  second_factor_taken = 13,  ///< Turned off by an administrator.
  recovery_codes_renewed = 14,
  recovery_code_used = 15,
  password_changed = 16,  ///< By somebody who was signed in.
  password_set = 17,      ///< With a link.
  token_created = 18,     ///< A personal access token.
  new_device = 19,        ///< A sign-in from one.
};
inline constexpr mail_kind last_mail_kind = mail_kind::new_device;

/// What a notice says of the act, as it is: nothing may stand here that a stranger could write a message in.
struct act_facts {
  base::timestamp at;
  std::string address;      ///< Of the client.
  std::string device;       ///< "Firefox on Linux", or the name of a program.
  std::int64_t tokens = 0;  ///< How many personal access tokens go on being valid.
};

struct mail {
  std::string to;  ///< An address in normal form.
  mail_kind kind = mail_kind::nothing;
  language in = language::english;
  base::secret_bytes link;       ///< The whole URL, a token in it perhaps.
  base::timestamp expires_at;    ///< When the link ends, or the mail has become pointless.
  std::string new_address = {};  ///< The one that mail_kind::change_requested tells of, in normal form.
  act_facts act = {};            ///< Of a notice.
};

}  // namespace kontor::mail
