#include "outbound/bitget_market.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

base::error unknown_symbol(std::string why) {
  return {base::errc::not_found, "unknown-symbol", "The exchange has no such symbol.", std::move(why)};
}

base::error unreadable() {
  return exchange_unreachable("the data of an answer are no list");
}

// A row that does not say when it opens may be any that is missing: the last ones without a gap are all that is sure.
market::time_range unbroken(market::interval every, const market::told_candles& told) {
  if (told.rows.empty()) return {told.asked.to, told.asked.to};
  auto first = told.rows.end() - 1;
  while (first != told.rows.begin() && market::end_of(every, (first - 1)->time) == first->time)
    --first;
  return {first->time, std::min(told.asked.to, market::end_of(every, told.rows.back().time))};
}

std::string route_of(std::string_view target) {
  return std::string(target.substr(0, target.find('?')));
}

}  // namespace

async::awaitable<base::result<boost::json::value>> bitget_market::ask(bitget_api::public_question what) {
  auto said = co_await api_.ask_patiently(std::move(what));
  if (!said) co_return said.error();
  if (said->code == bitget_success) co_return std::move(said->data);
  if (is_bitget_unknown_symbol(said->code)) co_return unknown_symbol("code " + said->code);
  co_return exchange_unreachable("the exchange refused a question with code " + said->code);
}

async::awaitable<base::result<std::vector<market::instrument>>> bitget_market::instruments(market::venue where) {
  const auto target = bitget_instruments_target(where);
  bitget_api::public_question what{.route = route_of(target), .target = target};
  auto data = co_await ask(std::move(what));
  if (!data) co_return data.error();
  auto read = read_bitget_instruments(*data, where);
  if (!read) co_return unreadable();
  co_return std::move(*read);
}

async::awaitable<base::result<std::vector<market::ticker>>> bitget_market::tickers(market::venue where) {
  const auto target = bitget_tickers_target(where);
  bitget_api::public_question what{.route = route_of(target), .target = target};
  auto data = co_await ask(std::move(what));
  if (!data) co_return data.error();
  auto read = read_bitget_tickers(*data);
  if (!read) co_return unreadable();
  co_return std::move(*read);
}

async::awaitable<base::result<market::told_candles>> bitget_market::page(market::series of, candle_question what) {
  bitget_api::public_question asked{.route = what.route, .target = what.target, .may_be_empty = true};
  auto data = co_await ask(std::move(asked));
  if (!data) co_return data.error();
  spoilt_rows spoilt;
  auto read = read_bitget_candles(*data, of.where, &spoilt);
  if (!read) co_return unreadable();
  const auto is_outside = [&](std::int64_t time) { return time < what.within.from || time >= what.within.to; };
  std::erase_if(*read, [&](const auto& each) { return is_outside(each.time); });
  std::erase_if(spoilt.times, is_outside);
  market::told_candles out{.rows = std::move(*read), .asked = what.within, .spoilt = std::move(spoilt.times)};
  if (spoilt.has_others) out.asked = unbroken(of.every, out);
  co_return out;
}

async::awaitable<base::result<market::told_candles>> bitget_market::candles(market::series of,
                                                                            market::time_range within) {
  if (!market::is_symbol(of.symbol) || bitget_granularity(of.where, of.every).empty())
    co_return unknown_symbol("not asked");
  auto first = bitget_candle_question(of, within, api_.now());
  if (!first) {
    market::told_candles nothing{.rows = {}, .asked = within};
    co_return nothing;
  }
  auto recent = co_await page(of, *first);
  if (!recent || !recent->rows.empty() || !recent->spoilt.empty() || !first->may_be_further_back) co_return recent;
  // Nothing recent: what was traded lies before that, or the recent ones do not go as far as they should.
  market::time_range before{within.from, first->within.to};
  auto older = bitget_history_question(of, before);
  auto told = co_await page(of, std::move(older));
  if (told && told->rows.empty()) told->asked.from = std::min(told->asked.from, recent->asked.from);
  co_return told;
}

std::int64_t bitget_market::most_at_once(const market::series& of, std::int64_t from) const {
  return bitget_most_at_once(of, from, api_.now());
}

}  // namespace kontor::outbound
