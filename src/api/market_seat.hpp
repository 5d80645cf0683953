// The series that one socket watches.
#pragma once

#include "api/market_frames.hpp"
#include "api/watch_places.hpp"
#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "market/live_market.hpp"
#include "market/market_service.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::api {

inline constexpr std::size_t watches_per_socket = 16;

/// For its socket alone, on the loop of that.
class market_seat {
 public:
  /// All outlive it.
  market_seat(const base::user_id& owner, watch_places& places, market::live_market& live,
              market::market_service& markets, const base::clock& clock)
      : owner_(owner), places_(places), live_(live), markets_(markets), clock_(clock) {}

  /// The frame that answers. `who` hears of the series from now on, and maybe before that frame. errc::invalid_input:
  /// the exchange has no such series; errc::too_many_requests, type `too-many-watches`; errors of live_market.
  async::awaitable<base::result<std::string>> watch(std::shared_ptr<market::market_listener> who, watch_frame wanted,
                                                    std::string_view request);
  void unwatch(const market::market_listener& who, const market::series& of);
  /// Nothing is heard any more after it returns.
  void leave(const market::market_listener& who);

 private:
  const base::user_id owner_;
  watch_places& places_;
  market::live_market& live_;
  market::market_service& markets_;
  const base::clock& clock_;
  std::map<market::series, std::shared_ptr<const void>> watched_;  // Each with its place.
};

}  // namespace kontor::api
