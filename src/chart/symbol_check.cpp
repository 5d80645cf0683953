#include "chart/symbol_check.hpp"

#include <algorithm>
#include <utility>

namespace kontor::chart {
namespace {

base::error refusal(const char* path, const char* code, const char* message) {
  base::error out{base::errc::invalid_input};
  out.fields.push_back({path, code, message});
  return out;
}

}  // namespace

base::error unknown_symbol() {
  return refusal("/symbol", "unknown_symbol", "The exchange has no such symbol in this market.");
}

base::error interval_not_there() {
  return refusal("/interval", "not_allowed", "This market has no candles of that time.");
}

bool has_interval(market::venue where, market::interval every) noexcept {
  return std::ranges::find(market::intervals_of(where), every) != market::intervals_of(where).end();
}

base::error as_told(const base::error& why) {
  return why.type == "unknown-symbol" ? unknown_symbol() : why;
}

async::awaitable<base::result<void>> check_series(market::market_service& markets, market::series of) {
  if (!has_interval(of.where, of.every)) co_return interval_not_there();
  if (!market::is_symbol(of.symbol)) co_return unknown_symbol();
  auto name = of.symbol;
  const auto found = co_await markets.symbol(of.where, std::move(name));
  if (!found) co_return as_told(found.error());
  co_return base::result<void>();
}

}  // namespace kontor::chart
