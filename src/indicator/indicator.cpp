#include "indicator/indicator.hpp"

#include "indicator/averages.hpp"
#include "indicator/bands.hpp"
#include "indicator/momentum.hpp"
#include "indicator/volume.hpp"

#include <cassert>
#include <limits>

namespace kontor::indicator {
namespace {

bool is_usable(double number) noexcept {
  return number >= 0 && number <= largest_number;  // Neither holds of a NaN.
}
bool is_usable(const bar& candle) noexcept {
  return is_usable(candle.high) && is_usable(candle.low) && is_usable(candle.close) && is_usable(candle.volume);
}

/// Math has push and peek, and is copied whole.
template <class Math>
class running_of final : public running {
 public:
  explicit running_of(Math math) : math_(std::move(math)) {}

  values push(const bar& finished) override {
    if (!is_usable(finished)) return {};
    return math_.push(finished);
  }
  values peek(const bar& growing) const override {
    if (!is_usable(growing)) return {};
    return math_.peek(growing);
  }
  std::unique_ptr<running> clone() const override { return std::make_unique<running_of>(*this); }

 private:
  Math math_;
};

template <class Math>
std::unique_ptr<running> running_with(Math math) {
  return std::make_unique<running_of<Math>>(std::move(math));
}

}  // namespace

std::unique_ptr<running> start(const spec& what) {
  assert(what.parameters.size() == parameters_of(what.what).size());
  const auto at = [&what](std::size_t i) { return static_cast<int>(what.parameters[i]); };
  switch (what.what) {
    case kind::sma:
      return running_with(simple_average(at(0)));
    case kind::ema:
      return running_with(exponential_average(at(0)));
    case kind::wma:
      return running_with(weighted_average(at(0)));
    case kind::rsi:
      return running_with(relative_strength(at(0)));
    case kind::macd:
      return running_with(convergence_divergence(at(0), at(1), at(2)));
    case kind::bollinger:
      return running_with(bollinger_bands(at(0), what.parameters[1]));
    case kind::atr:
      return running_with(average_true_range(at(0)));
    case kind::stochastic:
      return running_with(stochastic(at(0), at(1), at(2)));
    case kind::vwap:
      return running_with(volume_weighted_price(at(0)));
    case kind::obv:
      return running_with(on_balance_volume());
    case kind::volume_average:
      return running_with(volume_average(at(0)));
  }
  return nullptr;
}

std::vector<std::vector<double>> columns_for(const spec& what, std::size_t candles) {
  std::vector<std::vector<double>> columns(outputs_of(what.what).size());
  for (auto& column : columns)
    column.reserve(candles);
  return columns;
}

void append(std::vector<std::vector<double>>& columns, const values& told) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    columns[i].push_back(told[i].value_or(std::numeric_limits<double>::quiet_NaN()));
}

std::vector<std::vector<double>> compute(const spec& what, std::span<const bar> bars) {
  auto columns = columns_for(what, bars.size());
  const auto by = start(what);
  for (const auto& each : bars)
    append(columns, by->push(each));
  return columns;
}

}  // namespace kontor::indicator
