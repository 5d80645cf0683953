// What a user's key for an exchange may do: asked of the exchange itself.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "settings/verification.hpp"

#include <string>
#include <vector>

namespace kontor::settings {

struct exchange_credentials {
  base::secret_bytes key;
  base::secret_bytes secret;
  base::secret_bytes passphrase;

  exchange_credentials clone() const { return {key.clone(), secret.clone(), passphrase.clone()}; }
};

enum class exchange_account {
  unknown,
  classic,
  unified,  ///< Asked by other routes; to be remembered with the key.
};

/// With `confirmed` the rights are what the exchange told; else they are all false and mean nothing.
struct exchange_verdict {
  verification outcome = verification::not_verified;
  std::string code;     ///< The exchange's own; empty when it did not answer.
  std::string message;  ///< The exchange's own words, or why it was not reached; printable, for the key's owner only.
  exchange_account account = exchange_account::unknown;
  bool may_read = false;
  bool may_trade = false;
  bool may_withdraw = false;
  std::vector<std::string> rights;     ///< As the exchange names them.
  std::vector<std::string> addresses;  ///< Those from which alone the key works; empty: from everywhere.
};

class exchange_check {
 public:
  virtual ~exchange_check() = default;

  /// Scheme, host and port of the place that keys are sent to.
  virtual std::string origin() const = 0;

  /// Asks for the user `owner`, whose requests at a time are bounded. A right that is not known counts as the worst it
  /// could be. errc::invalid_input (field errors at /key, /secret, /passphrase) when the credentials cannot be right in
  /// form, errc::too_many_requests, errc::overloaded; all else is a verdict. Resumes on the caller's loop.
  virtual async::awaitable<base::result<exchange_verdict>> check(std::string owner,
                                                                 exchange_credentials credentials) = 0;
};

}  // namespace kontor::settings
