// The market for all users together: what an exchange was asked once is kept, and who asks at the same time waits for
// the same answer. Nothing here belongs to a user.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "market/candle_range.hpp"
#include "market/market_source.hpp"
#include "market/series.hpp"
#include "sql/database.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::market {

struct market_settings {
  /// How long the newest candles of a series count as current when nobody hears it live.
  std::chrono::milliseconds tail_time{2000};
  /// A candle is finished when the exchange has shown a later one; on a quiet market, when it has been over for so long
  /// by our clock.
  std::chrono::milliseconds quiet_time{90'000};
  /// Without a later candle it is stored as finished only when it has been over for so long by our clock, which may be
  /// wrong by hours; the exchange may be late, too.
  std::chrono::milliseconds clock_trust{86'400'000};
  std::chrono::milliseconds ticker_time{3000};
  std::chrono::milliseconds symbol_time{3'600'000};
  /// How long a reader waits at most; what is there by then is handed out, and fetched on for the next one.
  std::chrono::milliseconds patience{10'000};
  /// How long it is fetched on for nobody, unless somebody else needs the place.
  std::chrono::milliseconds alone_time{30'000};
  /// After an exchange did not answer it is not asked for the same thing for so long; what is stored is handed out.
  std::chrono::milliseconds pause_after_failure{3000};
  /// How often what the exchange has no candles before is asked again.
  std::chrono::milliseconds beginning_time{86'400'000};
  /// How often it is looked for candles that were heard live and are finished: they are asked for and stored.
  std::chrono::milliseconds store_every{2000};
  /// Those of one series no more often than that; of all series so many in one look.
  std::chrono::milliseconds check_every{30'000};
  std::size_t checks_at_once = 8;
  /// Candles of series that nobody asked for so long are removed.
  std::chrono::hours keep_unread{90 * 24};
  std::size_t most_series = 4096;  ///< Of which something is remembered in memory.
  /// Series of which the exchange is asked at once; twice as many when only the newest candles are. What is stored is
  /// answered all the same. One account has at most half of them.
  std::size_t most_fetches = 64;
  /// Questions for candles on their way to the exchange, those of one account at most half of them; whoever waits has a
  /// turn one account after the other.
  std::size_t questions_at_once = 16;
  std::size_t most_waiters = 1024;      ///< Of one series.
  std::size_t cache_bytes = 64U << 20;  ///< Of finished candles in memory.
};

/// Candles that open at `from` or later and before `to`.
struct candle_request {
  series of;
  std::optional<std::int64_t> from;  ///< nullopt: so far back that `limit` candles fit.
  std::optional<std::int64_t> to;    ///< nullopt: up to now, with the one that grows.
  std::int64_t limit = 500;          ///< 1 to most_candles; when more fit, the latest.
  /// So many more before them, as far as there are: for indicators. 0 to most_candles.
  std::int64_t lead_in = 0;
  base::user_id asker = {};     ///< Who waits: places and turns are shared out fairly. Nil: the program itself.
  bool is_stored_only = false;  ///< The exchange is not asked for what is missing.
};
inline constexpr std::int64_t most_candles = 20'000;

struct candle_answer {
  candle_range
      lead_in;  ///< Right before the others. Fewer than asked for: there are no more, or they are not here yet.
  candle_range candles;
  /// So many of `candles` are finished and never change again; what follows may still grow (one, seldom two), or was
  /// heard live a moment ago, and the exchange has not been asked yet whether it is so.
  std::size_t finished = 0;
  std::int64_t from = 0;         ///< What was answered: as asked for, or cut to `limit`.
  std::int64_t to = 0;           ///< As asked for, at most now.
  std::int64_t finished_to = 0;  ///< All candles before it are finished: a pin ends here, at the latest.
  bool has_older = false;        ///< The exchange has, or may have, candles before `from`.
  bool is_forming = false;       ///< The last candle still grows.
  /// The exchange could not be asked for something that is missing, or not all of it in time: what is stored is shown.
  bool is_stale = false;
  base::timestamp fetched_at;  ///< When the exchange was asked or heard last for what is shown.
};

struct symbol_list {
  std::shared_ptr<const std::vector<instrument>> all;  ///< In the order of the exchange; never null.
  bool is_stale = false;
  base::timestamp fetched_at;
};

struct ticker_list {
  std::shared_ptr<const std::vector<ticker>> all;  ///< Sorted by symbol; never null.
  bool is_stale = false;
  base::timestamp fetched_at;

  /// nullptr: not traded there.
  const ticker* find(std::string_view symbol) const noexcept;
};

/// Thread-safe; each call resumes on its caller's loop. What it asks of the exchange runs on the loop that it was
/// given, whoever waits for it: one that gives up waiting takes nothing from the others. Errors, only when nothing is
/// stored to answer with: those of market_source (errc::unavailable, types `exchange-unreachable` and `exchange-busy`;
/// errc::not_found, type `unknown-symbol`); errc::overloaded; errc::unavailable after stop().
class market_service {
 public:
  /// All outlive it. `loop` must not be destroyed before stop() was called.
  market_service(boost::asio::io_context& loop, market_source& exchange, sql::database& database,
                 const base::clock& clock, market_settings settings = {});
  ~market_service();
  market_service(const market_service&) = delete;
  market_service& operator=(const market_service&) = delete;

  /// Begins to store what is heard. Once, before the calls below.
  void start();
  /// Ends what is on its way: from outside the loop, which must still run, as the database must. What was heard and not
  /// checked yet is forgotten: whoever wants it next asks. Safe to call twice, and without start().
  void stop();

  /// From memory, from the database, or from the exchange: each range once. The exchange is not asked when all finished
  /// candles of the range are stored, and the range ends before the newest of them, or the newest candles are current:
  /// asked for less than `tail_time` ago, or heard live (see live_heard) and not over. `of.symbol` must be a symbol
  /// (is_symbol), `from` less than `to`.
  async::awaitable<base::result<candle_answer>> candles(candle_request what);

  /// All symbols of a market: asked for once an hour, kept in the database.
  async::awaitable<base::result<symbol_list>> symbols(venue where);
  /// errc::not_found, type `unknown-symbol`.
  async::awaitable<base::result<instrument>> symbol(venue where, std::string name);
  /// The prices of all symbols of a market, at most `ticker_time` old unless stale.
  async::awaitable<base::result<ticker_list>> tickers(venue where);

  /// From a live source (see live_market), on any thread: the newest candles, sorted, none missing between them, the
  /// last growing. Nothing was missed since the call before, unless live_broke was called between. What is finished is
  /// shown at once, but stored only as the exchange tells it when it is asked a moment later.
  void live_heard(const series& of, std::span<const candle> latest);
  /// Nothing is heard of it from now on.
  void live_broke(const series& of);
  /// Is told, on the loop, when candles that were heard as finished are others when the exchange is asked. Once, before
  /// anything is heard.
  void when_corrected(std::function<void(const series&)> tell);

  /// The time by the clock of the exchange, as far as that is known: candles open and end by it.
  base::timestamp now() const;

  /// Removes candles of series that nobody asked for since then, and returns of how many series; errors of the
  /// database. The service does so itself, four times a day, with `keep_unread`.
  async::awaitable<base::result<std::size_t>> purge_unread_since(base::timestamp then);

  /// For metrics and tests.
  struct counters {
    std::uint64_t questions = 0;    ///< Asked of the exchange, all kinds.
    std::uint64_t failures = 0;     ///< Of them without a good answer.
    std::uint64_t from_memory = 0;  ///< Ranges answered from memory.
    std::size_t waiting = 0;        ///< Readers whose candles are fetched.
    std::size_t series = 0;         ///< Remembered in memory.
    std::size_t cached_bytes = 0;
  };
  counters count() const;

 private:
  struct work;
  std::shared_ptr<work> work_;
};

/// `query` in symbol, base or quote, whatever the case; the best first: the base or the whole symbol, then how the
/// symbol or base begins, then the rest; among equals, and without a query, by the quote volume of 24 hours where
/// `prices` are given. At most `limit`. Those that are not traded come last. ASCII only.
std::vector<const instrument*> find_symbols(const symbol_list& in, std::string_view query, std::size_t limit,
                                            const ticker_list* prices = nullptr);

/// Lower-case hex SHA-256 over the finished candles of the answer (without the lead-in) and the texts of indicators
/// (`rsi(14)`) in the order given; the bytes stand in docs/charts.md, section "Hash".
std::string hash_of(const series& of, const candle_answer& what, std::span<const std::string> indicators);

}  // namespace kontor::market
