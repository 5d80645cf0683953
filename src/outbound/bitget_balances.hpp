// What lies on a user's account at Bitget.
#pragma once

#include "outbound/bitget_api.hpp"
#include "settings/exchange_balances.hpp"

#include <boost/json/value.hpp>

namespace kontor::outbound {

/// Thread-safe. The spot account of a classic account, or all of a unified one.
class bitget_balances final : public settings::exchange_balances {
 public:
  /// `api` must outlive it.
  explicit bitget_balances(bitget_api& api) : api_(api) {}

  async::awaitable<base::result<std::vector<settings::balance>>> balances(std::string owner,
                                                                          settings::exchange_credentials credentials,
                                                                          settings::exchange_account account) override;

 private:
  bitget_api& api_;
};

/// `data` of `/api/v2/spot/account/assets`, or of `/api/v3/account/assets` of a unified account. Amounts stay the texts
/// they are, or are their exact sums; a row with another text is left out, and so is one that holds nothing. nullopt:
/// no list.
std::optional<std::vector<settings::balance>> read_bitget_balances(const boost::json::value& data,
                                                                   settings::exchange_account account);

}  // namespace kontor::outbound
