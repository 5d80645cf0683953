// What five indicators over many candles cost: computed whole, as for a chart that is opened, and pushed one by one.
//
//   indicator_bench CANDLES ROUNDS      prints medians as JSON: of all candles in milliseconds, of one in nanoseconds
#include "indicator/indicator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace kontor::indicator;
using ms = std::chrono::duration<double, std::milli>;

std::vector<bar> walk(std::size_t count) {
  std::mt19937_64 chance(1);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<bar> out;
  double price = 50'000;
  for (std::size_t i = 0; i < count; ++i) {
    const double open = price;
    price *= std::exp(0.01 * (part(chance) - 0.5));
    out.push_back({static_cast<std::int64_t>(i) * 60'000, open, std::max(open, price) * 1.001,
                   std::min(open, price) * 0.999, price, part(chance)});
  }
  return out;
}

double median(std::vector<double> of) {
  std::ranges::nth_element(of, of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2));
  return of[of.size() / 2];
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) throw std::runtime_error("usage: indicator_bench CANDLES ROUNDS");
  const auto bars = walk(std::stoul(arguments[1]));
  const auto rounds = std::stoul(arguments[2]);
  std::vector<spec> specs;
  for (const auto* text : {"sma(20)", "ema(20)", "rsi(14)", "macd(12,26,9)", "bollinger(20,2)"})
    specs.push_back(parse_text(text).value());

  std::vector<double> whole;
  std::vector<double> pushed;
  double told = 0;  // Used, so that nothing is left out.
  for (std::size_t round = 0; round < rounds; ++round) {
    auto began = std::chrono::steady_clock::now();
    for (const auto& each : specs)
      told += compute(each, bars).front().back();
    whole.push_back(ms(std::chrono::steady_clock::now() - began).count());

    began = std::chrono::steady_clock::now();
    for (const auto& each : specs) {
      const auto by = start(each);
      for (const auto& candle : bars)
        told += by->push(candle).front().value_or(0);
    }
    pushed.push_back(ms(std::chrono::steady_clock::now() - began).count());
  }
  if (!std::isfinite(told)) throw std::runtime_error("the indicators told nonsense");
  std::cout << R"({"computed_ms":)" << median(whole) << R"(,"push_ns":)"
            << median(pushed) * 1e6 / static_cast<double>(bars.size() * specs.size()) << "}\n";
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
