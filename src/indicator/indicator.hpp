// Technical indicators: one value per candle, in constant time. The same numbers for chart, table and model. What each
// of them is, and from where, stands at its class (averages, bands, momentum, volume) and in docs/indicators.md.
//
// Nothing here is shared: whoever uses it may do so on any thread, one at a time.
#pragma once

#include "base/error.hpp"
#include "indicator/bar.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::indicator {

enum class kind { sma, ema, wma, rsi, macd, bollinger, atr, stochastic, vwap, obv, volume_average };
std::string_view name_of(kind what) noexcept;  ///< As above, in snake_case.
std::optional<kind> parse_kind(std::string_view name) noexcept;
std::span<const kind> all_kinds() noexcept;

/// One number that an indicator is told; the names are those of the API.
struct parameter {
  std::string_view name;
  double least = 1;
  double most = 1;
  double usual = 1;
  bool is_whole = true;
};
/// What an indicator takes, in order. The usual values are those of the field.
std::span<const parameter> parameters_of(kind what) noexcept;

/// What an indicator tells, in the order of its values: `value`; of MACD `macd`, `signal`, `histogram`; of Bollinger
/// `upper`, `middle`, `lower`; of the stochastic `k`, `d`.
std::span<const std::string_view> outputs_of(kind what) noexcept;
inline constexpr std::size_t most_outputs = 3;

/// An indicator with all its parameters, in their order.
struct spec {
  kind what = kind::sma;
  std::vector<double> parameters;

  friend auto operator<=>(const spec&, const spec&) = default;
};

/// Completes what was named with the usual values. errc::invalid_input with a field error at `/params/NAME`:
/// `unknown_member` for a name that the kind does not have, `not_allowed` for a number out of its range or parameters
/// that do not go together (MACD: fast must be less than slow). All of them at once.
base::result<spec> make_spec(kind what, std::span<const std::pair<std::string, double>> named);

/// `rsi(14)`: the one text of a spec. For people, models and hashes.
std::string to_text(const spec& what);
inline constexpr std::size_t longest_text = 64;
/// Reads what to_text writes, in letters of any case and with blanks around each part; parameters that are left out at
/// the end have their usual values: `rsi(14)`, `RSI`, `rsi()`, `macd(12, 26)`. errc::invalid_input with a field error
/// `not_allowed`: at `/kind` for a kind that is unknown, at `/params/NAME` for a number, at the whole (``) for a text
/// that is none.
base::result<spec> parse_text(std::string_view text);

/// nullopt: not warm yet.
using values = std::array<std::optional<double>, most_outputs>;

/// A price or volume above it, below 0, infinite or not a number is unusable.
inline constexpr double largest_number = 1e100;

/// Belongs to one series; candles come in their order. A candle with an unusable high, low, close or volume is passed
/// over: nothing is told of it, and what follows is as if it had not been.
class running {
 public:
  virtual ~running() = default;
  /// The next candle is finished. Constant time, on the average of as many candles as its period.
  virtual values push(const bar& finished) = 0;
  /// To the bit what push would tell if this were the next one; changes nothing. Constant time.
  virtual values peek(const bar& growing) const = 0;
  virtual std::unique_ptr<running> clone() const = 0;
};
/// Of a spec that make_spec or parse_text made.
std::unique_ptr<running> start(const spec& what);

/// So many candles before the first that is shown have to be pushed, so that what came before them weighs less than
/// 1e-12 of the value: numbers of one candle are the same wherever a range begins. (Of what is smoothed this holds as
/// long as prices before, or their changes for RSI and ATR, were not more than hundred times as large; an RSI remembers
/// the last change for as long as the price stands still.) At most longest_lead_in, which is enough for all but a VWAP
/// of many days in short candles. OBV, whose height is arbitrary, begins with 0 at the first candle pushed, and a VWAP
/// without resets begins there: none.
///
/// `every` is the time of one candle; only VWAP asks for it.
std::int64_t lead_in(const spec& what, std::chrono::milliseconds every = std::chrono::minutes(1)) noexcept;
inline constexpr std::int64_t longest_lead_in = 20'000;

/// Its values mean something only together with the candle that counting began with: OBV, and a VWAP without resets.
/// One definition holds everywhere: they count from the first candle of the range that is shown, so whoever has no
/// range has no values of them.
bool counts_from_start(const spec& what) noexcept;

/// One column per output of an indicator, each with room for so many candles.
std::vector<std::vector<double>> columns_for(const spec& what, std::size_t candles);
/// Adds what push told of one candle; quiet NaN: not warm yet.
void append(std::vector<std::vector<double>>& columns, const values& told);
/// Of each candle, one column per output; quiet NaN: not warm yet. Exactly what push tells.
std::vector<std::vector<double>> compute(const spec& what, std::span<const bar> bars);

}  // namespace kontor::indicator
