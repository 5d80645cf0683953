// Symbols and prices of each market, asked for once for all.
#pragma once

#include "async/task_group.hpp"
#include "base/time.hpp"
#include "market/market_service.hpp"
#include "market/market_source.hpp"
#include "market/single_flight.hpp"
#include "sql/database.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::market {

/// A line per symbol, as the database keeps them.
std::string to_text(const std::vector<instrument>& all);
/// What to_text wrote; lines that are not are left out.
std::vector<instrument> parse_instruments(venue where, std::string_view text);

/// Prices that make no sense (an empty `last`) are those of `before`, which is sorted by symbol, and marked as stale;
/// without one there they stay empty. `before` may be null.
void keep_sensible(std::vector<ticker>& now, const std::shared_ptr<const std::vector<ticker>>& before);

/// Thread-safe. Its roots run on `loop`; it is kept alive by them.
class symbol_book : public std::enable_shared_from_this<symbol_book> {
 public:
  /// All that is given outlives stop().
  symbol_book(boost::asio::io_context& loop, market_source& exchange, sql::database& database, const base::clock& clock,
              const market_settings& settings)
      : loop_(loop), exchange_(exchange), database_(database), clock_(clock), settings_(settings), roots_(loop) {}

  async::awaitable<base::result<symbol_list>> symbols(venue where);
  async::awaitable<base::result<ticker_list>> tickers(venue where);
  void stop();

  std::uint64_t questions() const noexcept { return questions_; }
  std::uint64_t failures() const noexcept { return failures_; }

 private:
  using shared = std::shared_ptr<symbol_book>;
  using steady = std::chrono::steady_clock;
  // What was learned last, and how long it is not asked for again after a failure.
  template <class List>
  struct shelf {
    std::mutex mutex;
    std::optional<List> last;
    steady::time_point paused_until{};
    base::error why;
    single_flight<List> asking;
  };
  struct of_venue {
    shelf<symbol_list> symbols;
    shelf<ticker_list> tickers;
  };
  of_venue& at(venue where) noexcept { return venues_[static_cast<std::size_t>(where)]; }

  template <class List>
  std::optional<base::result<List>> on_hand(shelf<List>& in, std::chrono::milliseconds time);
  template <class List>
  base::result<List> failed(shelf<List>& in, const base::error& why);
  template <class List>
  async::awaitable<base::result<List>> read(shelf<List>& in, std::chrono::milliseconds time, venue where,
                                            async::awaitable<void> (*ask)(shared, venue));
  template <class List>
  void tell(shelf<List>& in, const base::result<List>& what);
  static async::awaitable<void> ask_symbols(shared self, venue where);
  static async::awaitable<void> ask_tickers(shared self, venue where);
  async::awaitable<base::result<symbol_list>> learn_symbols(venue where);
  async::awaitable<base::result<ticker_list>> learn_tickers(venue where);
  std::shared_ptr<const std::vector<ticker>> last_tickers(venue where);
  async::awaitable<void> read_stored(venue where);
  static async::awaitable<void> finish(shared self);

  boost::asio::io_context& loop_;
  market_source& exchange_;
  sql::database& database_;
  const base::clock& clock_;
  const market_settings settings_;
  async::task_group roots_;
  std::array<of_venue, 4> venues_;
  std::atomic<bool> is_stopped_ = false;
  std::atomic<std::uint64_t> questions_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
};

}  // namespace kontor::market
