// What the notices say: mails about a change to the ways into an account.
#pragma once

#include "mail/mail.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace kontor::mail {

/// {host}, {site}, {link}, {until}, {new_address}, {when}, {address}, {device} and {count} are filled in, and {facts},
/// {help} and {tokens}, which are texts of that kind themselves; nothing else that comes from outside ever stands in a
/// mail.
struct wording {
  std::string_view subject;
  std::string_view body;
};

struct text_row {
  mail_kind kind;
  wording english;
  wording german;
};

/// One for each kind of notice.
std::span<const text_row> notice_rows();

/// When, from where, with what.
std::string_view facts_in(language in) noexcept;
/// What to do if it was somebody else.
std::string_view help_in(language in) noexcept;
/// Personal access tokens outlive a new second factor: how many there are.
std::string_view tokens_in(language in, std::int64_t count) noexcept;

}  // namespace kontor::mail
