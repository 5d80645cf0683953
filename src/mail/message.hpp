// A mail as it travels: RFC 5322, with MIME's headers (RFC 2045, 2047).
#pragma once

#include "base/time.hpp"
#include "mail/mail.hpp"
#include "mail/mail_seal.hpp"

#include <string>
#include <string_view>

namespace kontor::mail {

/// Who writes.
struct letterhead {
  std::string from;  ///< A bare address in normal form.
  std::string site;  ///< The public address of the installation: where links lead, whatever a request said.
};

/// The whole message: plain text in UTF-8, quoted-printable, lines of at most 76 bytes that end in CRLF. The same id
/// gives the same Message-ID, so that a mail that was sent twice can be told. std::invalid_argument when an address
/// would break out of its header field, or there is no text of this kind.
std::string write_message(const mail& what, const mail_id& id, const letterhead& head, base::timestamp now);

/// RFC 2045 section 6.7: lines of LF or CRLF become CRLF, the rest is as printable as it gets.
std::string to_quoted_printable(std::string_view text);

/// Text for a header field: as it is when it is ASCII, else as encoded words of at most 75 bytes (RFC 2047 section 2).
std::string to_header_text(std::string_view text);

/// RFC 5322 section 3.3, in UTC: `Wed, 25 Nov 2026 20:10:05 +0000`.
std::string to_mail_date(base::timestamp at);

}  // namespace kontor::mail
