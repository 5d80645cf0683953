// What may come of a request for a mail.
#pragma once

#include "account/email.hpp"
#include "base/error.hpp"

#include <chrono>
#include <utility>

namespace kontor::session {

/// errc::forbidden, type `mail-not-configured`.
inline base::error mail_not_configured() {
  return {base::errc::forbidden, "mail-not-configured", "", ""};
}

/// errc::too_many_requests, until the period is over at the latest.
inline base::error too_many_mails(std::chrono::seconds period) {
  base::error e{base::errc::too_many_requests, "", "", "too many mails"};
  e.retry_after = period;
  return e;
}

/// errc::invalid_input at `/email`, for what normalise_email refused.
inline base::error invalid_email(const base::error& why) {
  base::error e{base::errc::invalid_input};
  e.fields.push_back({"/email", why.type, why.detail});
  return e;
}

}  // namespace kontor::session
