// What lies on a user's account at an exchange, asked with their own key.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "settings/exchange_check.hpp"

#include <string>
#include <vector>

namespace kontor::settings {

/// Decimal texts as the exchange writes them; empty: it does not say.
struct balance {
  std::string coin;
  std::string total;  ///< Available, frozen and locked together.
  std::string available;
  std::string frozen;  ///< All that is not available.
};

class exchange_balances {
 public:
  virtual ~exchange_balances() = default;

  /// What is held; what is nothing is left out. `account` is what is known of the key, and the other family is tried
  /// when it turns out to be wrong. errc::conflict, type `exchange-key-refused`; errc::unavailable, type
  /// `exchange-unreachable`, `exchange-busy`; errc::too_many_requests, errc::overloaded. Resumes on the caller's loop.
  virtual async::awaitable<base::result<std::vector<balance>>> balances(std::string owner,
                                                                        exchange_credentials credentials,
                                                                        exchange_account account) = 0;
};

}  // namespace kontor::settings
