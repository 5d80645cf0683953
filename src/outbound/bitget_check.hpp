// Asks Bitget about a key.
#pragma once

#include "outbound/bitget_api.hpp"
#include "settings/exchange_check.hpp"

#include <string>

namespace kontor::outbound {

/// Thread-safe. Asks the routes of a classic account first, those of a unified one when told to, and sets its idea of
/// the exchange's clock right once per check.
class bitget_check final : public settings::exchange_check {
 public:
  /// `api` must outlive the checks.
  explicit bitget_check(bitget_api& api) : api_(api) {}

  std::string origin() const override { return api_.origin(); }
  async::awaitable<base::result<settings::exchange_verdict>> check(std::string owner,
                                                                   settings::exchange_credentials credentials) override;

 private:
  settings::exchange_verdict verdict_of(const bitget_api::reply& from, settings::exchange_account account) const;

  bitget_api& api_;
};

}  // namespace kontor::outbound
