// Candles of Bitget as they grow, from its public WebSocket.
#pragma once

#include "market/market_source.hpp"
#include "outbound/exchange_counts.hpp"
#include "outbound/live_plan.hpp"
#include "outbound/web_socket_client.hpp"

#include <functional>
#include <memory>

namespace kontor::outbound {

/// All that happens is decided by live_plan; here it is done, on the loop of the client, where the listener hears of
/// it.
class bitget_live final : public market::live_source {
 public:
  /// `where` is the public socket, as the operator names it (parse_socket_url). The client outlives it.
  bitget_live(web_socket_client& client, web_url where, live_rules rules = {}, std::function<double()> random = {});
  /// After stop(), or when the loop does not run any more.
  ~bitget_live() override;
  bitget_live(const bitget_live&) = delete;
  bitget_live& operator=(const bitget_live&) = delete;

  void set_listener(market::live_listener& who) override;
  void want(const market::series& of) override;
  void drop(const market::series& of) override;

  /// Ends, from outside the loop, which must still run: every connection is cut. Nothing is told afterwards. Safe to
  /// call twice.
  void stop();

  /// From any thread.
  const exchange_socket_counts& counts() const noexcept;

 private:
  class work;
  std::shared_ptr<work> work_;
};

}  // namespace kontor::outbound
