// Asks Bitget about a key.
#pragma once

#include "base/time.hpp"
#include "outbound/bitget_message.hpp"
#include "outbound/https_client.hpp"
#include "settings/exchange_check.hpp"

#include <atomic>
#include <cstdint>

namespace kontor::outbound {

/// Thread-safe. Asks the routes of a classic account first, those of a unified one when told to, and sets its idea of
/// the exchange's clock right once per check.
class bitget_check final : public settings::exchange_check {
 public:
  /// `base` is where the API is, as the operator names it: https://api.bitget.com. Everything must outlive the checks.
  bitget_check(https_client& client, const base::clock& clock, web_url base);

  std::string origin() const override { return base_.origin(); }
  async::awaitable<base::result<settings::exchange_verdict>> check(std::string owner,
                                                                   settings::exchange_credentials credentials) override;

 private:
  struct reply {
    std::optional<base::error> not_reached;
    long status = 0;
    std::optional<bitget_envelope> said;
  };
  async::awaitable<reply> ask(web_request request);
  web_request question(const std::string& owner, std::string_view target) const;
  void sign(web_request& question, const settings::exchange_credentials& credentials) const;
  async::awaitable<void> set_clock_right(std::string owner);
  settings::exchange_verdict verdict_of(const reply& from, settings::exchange_account account) const;

  https_client& client_;
  const base::clock& clock_;
  const web_url base_;
  std::atomic<std::int64_t> ahead_ = 0;  // milliseconds that the exchange's clock is ahead of ours
};

}  // namespace kontor::outbound
