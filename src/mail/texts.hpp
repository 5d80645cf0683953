// What the mails say, in each language.
#pragma once

#include "mail/mail.hpp"

#include <string>
#include <string_view>

namespace kontor::mail {

struct mail_text {
  std::string subject;  ///< One line.
  std::string body;     ///< Lines end in LF; plain text.
};

/// `site`: the public address of the installation, e.g. https://desk.example. Not for mail_kind::nothing
/// (std::invalid_argument).
mail_text text_of(const mail& what, std::string_view site);

}  // namespace kontor::mail
