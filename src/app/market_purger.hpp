// Candles that nobody looks at any more do not stay for ever.
#pragma once

#include "base/time.hpp"
#include "market/market_service.hpp"

#include <chrono>
#include <stop_token>
#include <thread>

namespace kontor::app {

/// So long after they were asked for last. They can be asked for again.
inline constexpr std::chrono::days unread_candles_life{90};

/// A thread of its own that looks every few hours, for the first time then. Several programs over one database may do
/// so at once.
class market_purger {
 public:
  /// Both outlive the object, or its stop().
  market_purger(market::market_service& markets, const base::clock& clock) : markets_(markets), clock_(clock) {}
  ~market_purger() { stop(); }
  market_purger(const market_purger&) = delete;
  market_purger& operator=(const market_purger&) = delete;

  void start();
  /// Waits for the transaction in progress. Safe to call twice, and without start().
  void stop();

 private:
  void work(const std::stop_token& stop);

  market::market_service& markets_;
  const base::clock& clock_;
  std::jthread thread_;
};

}  // namespace kontor::app
