// Technical indicators: one value per candle, in constant time. The same numbers for chart, table and model.
#pragma once

#include "base/error.hpp"
#include "indicator/bar.hpp"

#include <array>
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

/// Completes what was named with the usual values. errc::invalid_input with a field error at `/params/NAME` for an
/// unknown name, a number out of its range, or parameters that do not go together (MACD: fast must be less than slow).
base::result<spec> make_spec(kind what, std::span<const std::pair<std::string, double>> named);

/// `rsi(14)`: the one text of a spec. For people, models and hashes.
std::string to_text(const spec& what);

/// nullopt: not warm yet.
using values = std::array<std::optional<double>, most_outputs>;

/// Belongs to one series; candles come in their order.
class running {
 public:
  virtual ~running() = default;
  /// The next candle is finished.
  virtual values push(const bar& finished) = 0;
  /// What it would tell if this were the next one; changes nothing.
  virtual values peek(const bar& growing) const = 0;
  virtual std::unique_ptr<running> clone() const = 0;
};
std::unique_ptr<running> start(const spec& what);

/// So many candles before the first that is shown have to be pushed, so that what came before them weighs less than
/// 1e-12 of the value: numbers of one candle are the same wherever a range begins. At most 20,000. OBV, whose height is
/// arbitrary, begins with 0 at the first candle pushed: none.
std::int64_t lead_in(const spec& what) noexcept;

/// Of each candle, one column per output; quiet NaN: not warm yet. Exactly what push tells.
std::vector<std::vector<double>> compute(const spec& what, std::span<const bar> bars);

}  // namespace kontor::indicator
