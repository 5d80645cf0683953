// The languages that mails are written in.
#pragma once

#include <string_view>

namespace kontor::mail {

enum class language { english, german };

/// The language an Accept-Language field prefers (RFC 9110 section 12.5.4): English or German, whichever has the
/// greater weight, the earlier one of equals; English when neither is named, and for nonsense.
language language_of(std::string_view accept_language) noexcept;

}  // namespace kontor::mail
