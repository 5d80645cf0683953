#include "outbound/bitget_candles.hpp"

#include "base/text.hpp"
#include "outbound/decimal_text.hpp"
#include "outbound/json_look.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>

namespace kontor::outbound {
namespace {

using market::interval;
using market::venue;
using std::chrono::days;
using std::chrono::milliseconds;

// How far back `candles` goes is what was measured, not what is written: a little less than 30, 60 … days. Beyond it
// the answer is short and does not say so.
struct row {
  interval every;
  std::string_view spot;
  std::string_view futures;
  std::int64_t at_once;  // of `candles`: more is not given
  days depth;
};
constexpr std::array<row, 14> rows{{
    {interval::m1, "1min", "1m", 1000, days(29)},
    {interval::m3, "3min", "3m", 1000, days(29)},
    {interval::m5, "5min", "5m", 1000, days(29)},
    {interval::m15, "15min", "15m", 1000, days(29)},
    {interval::m30, "30min", "30m", 1000, days(29)},
    {interval::h1, "1h", "1H", 1000, days(59)},
    {interval::h2, "", "2H", 1000, days(119)},
    {interval::h4, "4h", "4H", 1000, days(239)},
    {interval::h6, "6Hutc", "6Hutc", 1000, days(359)},
    {interval::h12, "12Hutc", "12Hutc", 1000, days(719)},
    {interval::d1, "1Dutc", "1Dutc", 300, days(1439)},
    {interval::d3, "3Dutc", "3Dutc", 100, days(1439)},
    {interval::w1, "1Wutc", "1Wutc", 100, days(1439)},
    {interval::month, "1Mutc", "1Mutc", 100, days(1439)},
}};
constexpr std::int64_t history_at_once = 200;
// A question about futures may not span more.
constexpr std::int64_t most_span = milliseconds(days(90)).count();
constexpr std::string_view channel_prefix = "candle";

const row& row_of(interval every) noexcept {
  return rows[static_cast<std::size_t>(every)];
}

// A month is as short as February here: what is asked for then holds no more of them than fit into an answer.
std::int64_t shortest(interval every) noexcept {
  return every == interval::month ? milliseconds(days(28)).count() : market::longest(every).count();
}

bool is_spot(venue where) noexcept {
  return where == venue::spot;
}

std::int64_t span_of(const market::series& of, std::int64_t at_once) {
  const auto whole = at_once * shortest(of.every);
  return is_spot(of.where) ? whole : std::min(whole, most_span);
}

std::int64_t count_within(const market::series& of, std::int64_t at_once) {
  if (is_spot(of.where)) return at_once;
  const auto each = shortest(of.every);
  return std::min(at_once, (most_span + each - 1) / each);
}

std::string folder(venue where) {
  return is_spot(where) ? "/api/v2/spot/market/" : "/api/v2/mix/market/";
}

candle_question question(const market::series& of, market::time_range within, bool is_history) {
  const auto most = is_history ? history_at_once : row_of(of.every).at_once;
  candle_question out;
  out.route = folder(of.where) + (is_history ? "history-candles" : "candles");
  const bool names_start = !is_spot(of.where) || !is_history;
  // Without a start the latest before the end come, however far back they are.
  out.within = {names_start ? std::max(within.from, within.to - span_of(of, most)) : within.from, within.to};
  out.target = out.route + "?endTime=" + std::to_string(out.within.to) +
               "&granularity=" + std::string(bitget_granularity(of.where, of.every)) + "&limit=" + std::to_string(most);
  if (!is_spot(of.where)) out.target += "&productType=" + std::string(bitget_product(of.where));
  if (names_start) out.target += "&startTime=" + std::to_string(out.within.from);
  out.target += "&symbol=" + of.symbol;
  return out;
}

// The texts and numbers of a row; empty: neither, or not there.
std::string_view text_in(const boost::json::array& of, std::size_t at) {
  return at < of.size() ? text_of(&of[at]) : std::string_view();
}

std::optional<double> number_in(const boost::json::array& of, std::size_t at) {
  if (at >= of.size()) return std::nullopt;
  if (of[at].is_number()) return of[at].to_number<double>();
  const auto text = text_in(of, at);
  if (!is_decimal(text)) return std::nullopt;
  double out = 0;
  const auto [end, broken] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (broken != std::errc() || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
  return out;
}

// An amount may be "not set", which is an empty text or null: then there was none.
std::optional<double> amount_in(const boost::json::array& of, std::size_t at) {
  if (at < of.size() && (of[at].is_null() || (of[at].is_string() && of[at].get_string().empty()))) return 0;
  return number_in(of, at);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, broken] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (broken != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

std::optional<std::int64_t> whole_in(const boost::json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* const number = value->if_int64()) return *number;
  return whole_number(text_of(value));
}

// Until the year 3000: what lies beyond is seconds taken for milliseconds, or nonsense.
constexpr std::int64_t last_time = 32'503'680'000'000;

// When a row says that it opens; nullopt: it does not say.
std::optional<std::int64_t> opening_of(const boost::json::value& value) {
  const auto* const fields = value.if_array();
  const auto time = fields == nullptr || fields->empty() ? std::nullopt : whole_in(&(*fields)[0]);
  return time && *time > 0 && *time < last_time ? time : std::nullopt;
}

std::optional<market::candle> candle_of(const boost::json::value& value, venue where) {
  const auto* const fields = value.if_array();
  if (fields == nullptr || fields->size() < 7) return std::nullopt;
  const auto time = whole_in(&(*fields)[0]);
  const auto open = number_in(*fields, 1);
  const auto high = number_in(*fields, 2);
  const auto low = number_in(*fields, 3);
  const auto close = number_in(*fields, 4);
  const auto volume = amount_in(*fields, 5);
  const auto quote_volume = amount_in(*fields, is_spot(where) && fields->size() > 7 ? 7 : 6);
  if (!time || *time <= 0 || *time >= last_time) return std::nullopt;
  if (!open || !high || !low || !close || !volume || !quote_volume) return std::nullopt;
  if (*open <= 0 || *high <= 0 || *low <= 0 || *close <= 0 || *volume < 0 || *quote_volume < 0) return std::nullopt;
  if (*high < *low) return std::nullopt;
  return market::candle{*time, *open, *high, *low, *close, *volume, *quote_volume};
}

const boost::json::array* list_of(const boost::json::value& data) {
  static const boost::json::array nothing;
  return data.is_null() ? &nothing : data.if_array();
}

int digits_of(const boost::json::value& of, std::string_view name, int usual) {
  const auto number = whole_in(member_of(of, name));
  return number && *number >= 0 && *number <= 18 ? static_cast<int>(*number) : usual;
}

std::string decimal_of(const boost::json::value& of, std::string_view name) {
  const auto text = text_of(of, name);
  return is_decimal(text) ? std::string(text) : std::string();
}

// For deciding only: what is shown stays a text. 0: not said.
double price_of(const boost::json::value& of, std::string_view name) {
  return std::strtod(decimal_of(of, name).c_str(), nullptr);
}

// Amounts are not negative; what is was not said.
std::string amount_of(const boost::json::value& of, std::string_view name) {
  auto text = decimal_of(of, name);
  return text.starts_with('-') ? std::string() : text;
}

// Quotes of two moments may cross a little; what is bid by far more than it is offered for was never a market.
constexpr double most_crossing = 1.05;

bool is_sensible(const boost::json::value& ticker) {
  const auto bid = price_of(ticker, "bidPr");
  const auto ask = price_of(ticker, "askPr");
  const auto high = price_of(ticker, "high24h");
  const auto low = price_of(ticker, "low24h");
  if (price_of(ticker, "lastPr") <= 0 || bid < 0 || ask < 0 || high < 0 || low < 0) return false;
  if (bid > 0 && ask > 0 && bid > ask * most_crossing) return false;
  return high == 0 || high >= low;
}

std::string coin_of(const boost::json::value& of, std::string_view name) {
  return base::printable(text_of(of, name), 32);
}

}  // namespace

std::string_view bitget_product(venue where) noexcept {
  switch (where) {
    case venue::spot:
      return "SPOT";
    case venue::usdt_futures:
      return "USDT-FUTURES";
    case venue::coin_futures:
      return "COIN-FUTURES";
    case venue::usdc_futures:
      return "USDC-FUTURES";
  }
  return {};
}

std::string_view bitget_granularity(venue where, interval every) noexcept {
  return is_spot(where) ? row_of(every).spot : row_of(every).futures;
}

std::string bitget_channel(interval every) {
  return std::string(channel_prefix).append(row_of(every).futures);
}

std::optional<interval> parse_bitget_channel(std::string_view channel) noexcept {
  if (!channel.starts_with(channel_prefix)) return std::nullopt;
  const auto found = std::ranges::find(rows, channel.substr(channel_prefix.size()), &row::futures);
  if (found == rows.end()) return std::nullopt;
  return found->every;
}

std::optional<candle_question> bitget_candle_question(const market::series& of, market::time_range within,
                                                      std::int64_t now) {
  // The candle that grows now is the last there is; a clock that is a little slow must not hide it.
  within.to = std::min(within.to, now + market::longest(of.every).count());
  within.from = std::max<std::int64_t>(within.from, 0);
  if (within.to <= within.from) return std::nullopt;
  const auto oldest = now - milliseconds(row_of(of.every).depth).count();
  if (within.to <= oldest) return bitget_history_question(of, within);
  auto out = question(of, {std::max(within.from, oldest), within.to}, false);
  out.may_be_further_back = within.from < out.within.from;
  return out;
}

candle_question bitget_history_question(const market::series& of, market::time_range within) {
  within.from = std::max<std::int64_t>(within.from, 0);
  return question(of, within, true);
}

std::int64_t bitget_most_at_once(const market::series& of, std::int64_t from, std::int64_t now) {
  const auto& row = row_of(of.every);
  return count_within(of, from < now - milliseconds(row.depth).count() ? history_at_once : row.at_once);
}

std::optional<std::vector<market::candle>> read_bitget_candles(const boost::json::value& data, venue where,
                                                               spoilt_rows* spoilt) {
  const auto* const list = list_of(data);
  if (list == nullptr) return std::nullopt;
  std::map<std::int64_t, market::candle> by_time;
  for (const auto& each : *list) {
    if (const auto candle = candle_of(each, where)) {
      by_time.insert_or_assign(candle->time, *candle);
    } else if (spoilt != nullptr) {
      const auto time = opening_of(each);
      if (time) spoilt->times.push_back(*time);
      spoilt->has_others = spoilt->has_others || !time;
    }
  }
  if (spoilt != nullptr) std::erase_if(spoilt->times, [&](auto time) { return by_time.contains(time); });
  std::vector<market::candle> out;
  out.reserve(by_time.size());
  for (const auto& [time, candle] : by_time)
    out.push_back(candle);
  return out;
}

std::optional<std::vector<market::instrument>> read_bitget_instruments(const boost::json::value& data, venue where) {
  const auto* const list = list_of(data);
  if (list == nullptr) return std::nullopt;
  std::vector<market::instrument> out;
  out.reserve(list->size());
  for (const auto& each : *list) {
    market::instrument next;
    next.where = where;
    next.symbol = text_of(each, "symbol");
    if (!market::is_symbol(next.symbol)) continue;
    next.base = coin_of(each, "baseCoin");
    next.quote = coin_of(each, "quoteCoin");
    next.price_digits = digits_of(each, is_spot(where) ? "pricePrecision" : "pricePlace", next.price_digits);
    next.quantity_digits = digits_of(each, is_spot(where) ? "quantityPrecision" : "volumePlace", next.quantity_digits);
    next.is_traded = is_spot(where) ? text_of(each, "status") == "online" : text_of(each, "symbolStatus") == "normal";
    out.push_back(std::move(next));
  }
  return out;
}

std::optional<std::vector<market::ticker>> read_bitget_tickers(const boost::json::value& data) {
  const auto* const list = list_of(data);
  if (list == nullptr) return std::nullopt;
  std::vector<market::ticker> out;
  out.reserve(list->size());
  for (const auto& each : *list) {
    market::ticker next;
    next.symbol = text_of(each, "symbol");
    if (!market::is_symbol(next.symbol)) continue;
    if (!is_sensible(each)) {
      out.push_back(std::move(next));
      continue;
    }
    next.last = decimal_of(each, "lastPr");
    next.high_24h = decimal_of(each, "high24h");
    next.low_24h = decimal_of(each, "low24h");
    next.change_24h = decimal_of(each, "change24h");
    next.volume_24h = amount_of(each, "baseVolume");
    next.quote_volume_24h = amount_of(each, "quoteVolume");
    next.time = whole_in(member_of(each, "ts")).value_or(0);
    out.push_back(std::move(next));
  }
  return out;
}

std::string bitget_instruments_target(venue where) {
  if (is_spot(where)) return "/api/v2/spot/public/symbols";
  return "/api/v2/mix/market/contracts?productType=" + std::string(bitget_product(where));
}

std::string bitget_tickers_target(venue where) {
  if (is_spot(where)) return "/api/v2/spot/market/tickers";
  return "/api/v2/mix/market/tickers?productType=" + std::string(bitget_product(where));
}

bool is_bitget_unknown_symbol(std::string_view code) {
  return code == "40034" || code == "400172" || code == "400171" || code == "40309";
}

}  // namespace kontor::outbound
