// How public data of Bitget is asked for and read (API v2, spot and futures), without asking: names, pages, rows.
#pragma once

#include "market/candle.hpp"
#include "market/market_source.hpp"
#include "market/series.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

/// `SPOT` or the product type, `USDT-FUTURES` …: in questions about futures and on the socket.
std::string_view bitget_product(market::venue where) noexcept;
/// The names of REST: `1min`, `1h` on spot, `1m`, `1H` for futures, `6Hutc` … on both: from six hours on candles begin
/// with the day of UTC.
std::string_view bitget_granularity(market::venue where, market::interval every) noexcept;
/// The name of the socket: `candle1m`, `candle6Hutc`.
std::string bitget_channel(market::interval every);
std::optional<market::interval> parse_bitget_channel(std::string_view channel) noexcept;

/// One question for candles.
struct candle_question {
  std::string route;                 ///< Without parameters: what limits are kept for.
  std::string target;                ///< With them, sorted by name.
  market::time_range within;         ///< What of the answer is wanted.
  bool may_be_further_back = false;  ///< An empty answer may mean that the history has to be asked.
};

/// For the latest candles within `within`: of the recent ones when `now` is not too far from its end, else of the
/// history. nullopt: nothing can have been traded there.
std::optional<candle_question> bitget_candle_question(const market::series& of, market::time_range within,
                                                      std::int64_t now);
/// The same of the history, whatever the time is.
candle_question bitget_history_question(const market::series& of, market::time_range within);
/// How many candles such a question brings at most when they begin at `from`.
std::int64_t bitget_most_at_once(const market::series& of, std::int64_t from, std::int64_t now);

/// Rows that cannot be a candle.
struct spoilt_rows {
  std::vector<std::int64_t> times;  ///< When they open, unless another row of the same time is good.
  bool has_others = false;          ///< There are some that do not say when.
};

/// Rows of 7 or of 8 texts (or numbers): time, open, high, low, close, volume, then, of 7, the volume in the quote
/// currency; of 8, spot has it last, and futures have it in the same place as of 7. What cannot be a candle is left
/// out (no whole time of ms, a price that is no positive number, an amount that is no number, a high below the low) and
/// noted in `spoilt`; the other rows stay. An amount that is not set (an empty text, null) is 0. Sorted by time, each
/// time once: the later row wins. nullopt: `data` is no list (null is empty).
std::optional<std::vector<market::candle>> read_bitget_candles(const boost::json::value& data, market::venue where,
                                                               spoilt_rows* spoilt = nullptr);

/// `data` of `symbols` (spot) or `contracts` (futures). Those without a name that we would ask for are left out.
/// nullopt: no list.
std::optional<std::vector<market::instrument>> read_bitget_instruments(const boost::json::value& data,
                                                                       market::venue where);
/// `data` of `tickers`. Texts that are no decimal number become empty, and so do all of a ticker that makes no sense: a
/// last price that is not above 0, a negative quote, a bid by far above the ask, a high below the low. nullopt: no
/// list.
std::optional<std::vector<market::ticker>> read_bitget_tickers(const boost::json::value& data);

std::string bitget_instruments_target(market::venue where);
std::string bitget_tickers_target(market::venue where);

/// Does the code say that there is no such symbol?
bool is_bitget_unknown_symbol(std::string_view code);

}  // namespace kontor::outbound
