// Who carries a written mail out of the house. An interface: the room `outbound` has the one for SMTP.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"

#include <string>

namespace kontor::mail {

struct outgoing_mail {
  std::string from;     ///< Envelope sender, a bare address.
  std::string to;       ///< Envelope recipient, a bare address.
  std::string message;  ///< RFC 5322, lines end in CRLF.
};

class mail_sender {
 public:
  virtual ~mail_sender() = default;

  /// Resumes on the caller's loop once the other side has taken the mail. errc::unavailable, with the reason for the
  /// log in `internal_detail`, which holds no address and no secret: it was not taken, or nobody knows.
  virtual async::awaitable<base::result<void>> send(outgoing_mail what) = 0;

  /// Ends what is going on soon, and refuses what comes after. From any thread.
  virtual void abandon() = 0;
};

}  // namespace kontor::mail
