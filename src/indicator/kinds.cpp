// The table of all kinds.
#include "indicator/indicator.hpp"
#include "indicator/window.hpp"

#include <algorithm>
#include <array>

namespace kontor::indicator {
namespace {

constexpr parameter whole(std::string_view name, double least, double usual) {
  return {.name = name, .least = least, .most = longest_period, .usual = usual, .is_whole = true};
}

constexpr std::array average_parameters{whole("period", 1, 20)};
// The change of one candle is only ever a gain or a loss: an RSI of period 1 would be 0 or 100.
constexpr std::array rsi_parameters{whole("period", 2, 14)};
constexpr std::array atr_parameters{whole("period", 1, 14)};
constexpr std::array macd_parameters{whole("fast", 1, 12), whole("slow", 2, 26), whole("signal", 1, 9)};
// One close does not deviate from itself.
constexpr std::array bollinger_parameters{
    whole("period", 2, 20), parameter{.name = "deviations", .least = 0.1, .most = 10, .usual = 2, .is_whole = false}};
constexpr std::array stochastic_parameters{whole("period", 1, 14), whole("smooth_k", 1, 3), whole("smooth_d", 1, 3)};
constexpr std::array vwap_parameters{
    parameter{.name = "reset_days", .least = 0, .most = 366, .usual = 1, .is_whole = true}};

constexpr std::array<std::string_view, 1> one_output{"value"};
constexpr std::array<std::string_view, 3> macd_outputs{"macd", "signal", "histogram"};
constexpr std::array<std::string_view, 3> bollinger_outputs{"upper", "middle", "lower"};
constexpr std::array<std::string_view, 2> stochastic_outputs{"k", "d"};

struct row {
  kind what;
  std::string_view name;
  std::span<const parameter> parameters;
  std::span<const std::string_view> outputs;
};

constexpr std::array<row, 11> rows{{
    {kind::sma, "sma", average_parameters, one_output},
    {kind::ema, "ema", average_parameters, one_output},
    {kind::wma, "wma", average_parameters, one_output},
    {kind::rsi, "rsi", rsi_parameters, one_output},
    {kind::macd, "macd", macd_parameters, macd_outputs},
    {kind::bollinger, "bollinger", bollinger_parameters, bollinger_outputs},
    {kind::atr, "atr", atr_parameters, one_output},
    {kind::stochastic, "stochastic", stochastic_parameters, stochastic_outputs},
    {kind::vwap, "vwap", vwap_parameters, one_output},
    {kind::obv, "obv", {}, one_output},
    {kind::volume_average, "volume_average", average_parameters, one_output},
}};

constexpr auto kinds = [] {
  std::array<kind, rows.size()> out{};
  std::ranges::transform(rows, out.begin(), &row::what);
  return out;
}();

const row& row_of(kind what) noexcept {
  return rows[static_cast<std::size_t>(what)];
}

}  // namespace

std::span<const kind> all_kinds() noexcept {
  return kinds;
}

std::string_view name_of(kind what) noexcept {
  return row_of(what).name;
}

std::optional<kind> parse_kind(std::string_view name) noexcept {
  const auto found = std::ranges::find(rows, name, &row::name);
  if (found == rows.end()) return std::nullopt;
  return found->what;
}

std::span<const parameter> parameters_of(kind what) noexcept {
  return row_of(what).parameters;
}

std::span<const std::string_view> outputs_of(kind what) noexcept {
  return row_of(what).outputs;
}

}  // namespace kontor::indicator
