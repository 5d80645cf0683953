#include "api/market_seat.hpp"

#include "chart/symbol_check.hpp"
#include "chart/watched.hpp"

#include <utility>

namespace kontor::api {

async::awaitable<base::result<std::string>> market_seat::watch(std::shared_ptr<market::market_listener> who,
                                                               watch_frame wanted, std::string_view request) {
  if (watched_.size() >= watches_per_socket && !watched_.contains(wanted.of))
    co_return base::error{base::errc::too_many_requests, "too-many-watches", "", "series of one socket"};
  std::string texts;
  for (const auto& each : wanted.with)
    texts += indicator::to_text(each) + ' ';
  auto place = places_.take(owner_, {wanted.of, std::move(texts)});
  if (!place) co_return base::error{base::errc::too_many_requests, "too-many-watches", "", "series of one account"};
  auto of = wanted.of;
  const auto there = co_await chart::check_series(markets_, std::move(of));
  // While the exchange is away nobody knows, and it will say so itself.
  if (!there && there.error().code == base::errc::invalid_input) co_return there.error();
  const auto done = live_.watch(wanted.of, chart::watched(wanted.with, wanted.of.every), std::move(who));
  if (!done) co_return done.error();
  watched_[wanted.of] = std::move(place);
  co_return watched_frame(clock_.now(), wanted, request);
}

void market_seat::unwatch(const market::market_listener& who, const market::series& of) {
  if (watched_.erase(of) > 0) live_.unwatch(of, who);
}

void market_seat::leave(const market::market_listener& who) {
  watched_.clear();
  live_.leave(who);
}

}  // namespace kontor::api
