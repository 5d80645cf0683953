// The series that one socket watches.
#pragma once

#include "api/market_frames.hpp"
#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "market/live_market.hpp"
#include "market/market_service.hpp"

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace kontor::api {

inline constexpr std::size_t watches_per_socket = 16;

/// For its socket alone, on the loop of that.
class market_seat {
 public:
  /// All outlive it.
  market_seat(market::live_market& live, market::market_service& markets, const base::clock& clock)
      : live_(live), markets_(markets), clock_(clock) {}

  /// The frame that answers. `who` hears of the series from now on, and maybe before that frame. errc::invalid_input:
  /// the exchange has no such series; errc::too_many_requests, type `too-many-watches`; errors of live_market.
  async::awaitable<base::result<std::string>> watch(std::shared_ptr<market::market_listener> who, watch_frame wanted,
                                                    std::string_view request);
  void unwatch(const market::market_listener& who, const market::series& of);
  /// Nothing is heard any more after it returns.
  void leave(const market::market_listener& who);

 private:
  market::live_market& live_;
  market::market_service& markets_;
  const base::clock& clock_;
  std::set<market::series> watched_;
};

}  // namespace kontor::api
