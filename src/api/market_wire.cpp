#include "api/market_wire.hpp"

#include "api/read_object.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "chart/indicator_text.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kontor::api {
namespace {

constexpr std::string_view venues = "One of spot, usdt-futures, coin-futures, usdc-futures.";
constexpr std::string_view symbols = "1 to 32 of A to Z, 0 to 9, _ and -.";
constexpr std::string_view intervals = "One of 1m, 3m, 5m, 15m, 30m, 1H, 2H, 4H, 6H, 12H, 1D, 3D, 1W, 1M.";
constexpr std::string_view moment = "Milliseconds since 1970.";

// Exactly its name: the API has one spelling.
std::optional<market::interval> to_interval(std::string_view name) {
  const auto every = market::parse_interval(name);
  if (every && market::name_of(*every) == name) return every;
  return std::nullopt;
}

market::venue venue_in(query_reader& in) {
  const auto text = in.text("market");
  const auto where = text ? market::parse_venue(*text) : market::venue::spot;
  if (!where) in.refuse("market", std::string(venues));
  return where.value_or(market::venue::spot);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto comma = std::min(text.find(','), text.size());
    out.emplace_back(text.substr(0, comma));
    if (comma == text.size()) return out;
    text.remove_prefix(comma + 1);
  }
}

void read_indicators(query_reader& in, chart::data_request& into) {
  const auto text = in.text("indicators");
  if (!text) return;
  if (text->size() > longest_indicators_text) return in.refuse("indicators", "At most 1,000 characters.");
  auto read = chart::parse_indicators(*text, chart::most_indicators);
  if (!read) return in.refuse("indicators", read.error().fields.front().message);
  for (auto& each : *read)
    into.indicators.push_back({.what = std::move(each), .color = {}});
}

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

std::int64_t read_moment(json::object_reader& in, std::string_view name, std::int64_t least) {
  const auto at = in.required_integer(name);
  if (in.is_good(name) && (at < least || at > last_millisecond)) in.refuse(name, "not_allowed", std::string(moment));
  return at;
}

chart::pin read_pin(json::object_reader& in) {
  chart::pin out;
  out.of = {.where = read_venue(in), .symbol = read_symbol(in), .every = read_interval(in)};
  out.from = read_moment(in, "from", 0);
  out.to = read_moment(in, "to", 1);
  if (in.is_good("from") && in.is_good("to") && out.from >= out.to)
    in.refuse("from", "not_allowed", "It must be before the end.");
  const auto texts = in.required_strings("indicators");
  if (texts.size() > chart::most_indicators) in.refuse("indicators", "too_long", "At most 10 indicators.");
  for (std::size_t i = 0; i < std::min(texts.size(), chart::most_indicators); ++i) {
    if (!in.is_good("indicators", i) || !in.is_good("indicators")) continue;
    auto one = indicator::parse_text(texts[i]);
    if (one)
      out.indicators.push_back(std::move(*one));
    else
      in.refuse("indicators", i, "not_allowed", "An indicator with its numbers, such as rsi(14).");
  }
  out.fingerprint = in.required_string("hash");
  if (in.is_good("hash") && !is_hash(out.fingerprint)) in.refuse("hash", "not_allowed", "64 digits of a SHA-256.");
  return out;
}

}  // namespace

market::venue read_venue(json::object_reader& in) {
  const auto text = in.required_string("market");
  if (!in.is_good("market")) return {};
  const auto where = market::parse_venue(text);
  if (!where) in.refuse("market", "not_allowed", std::string(venues));
  return where.value_or(market::venue::spot);
}

std::string read_symbol(json::object_reader& in) {
  auto text = in.required_string("symbol");
  if (in.is_good("symbol") && !market::is_symbol(text)) in.refuse("symbol", "not_allowed", std::string(symbols));
  return text;
}

market::interval read_interval(json::object_reader& in) {
  const auto text = in.required_string("interval");
  if (!in.is_good("interval")) return {};
  const auto every = to_interval(text);
  if (!every) in.refuse("interval", "not_allowed", std::string(intervals));
  return every.value_or(market::interval::h1);
}

base::result<symbols_wish> read_symbols_wish(const http::request& in) {
  query_reader query(in);
  symbols_wish wish;
  wish.where = venue_in(query);
  wish.query = query.text("query").value_or("");
  if (wish.query.size() > longest_symbol_query) query.refuse("query", "At most 64 bytes.");
  wish.limit = query.number("limit", most_symbols_shown, "A whole number from 1 to 200.").value_or(wish.limit);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<tickers_wish> read_tickers_wish(const http::request& in) {
  query_reader query(in);
  tickers_wish wish;
  wish.where = venue_in(query);
  wish.symbols = split(query.text("symbols").value_or(""));
  if (wish.symbols.size() > most_tickers_at_once || !std::ranges::all_of(wish.symbols, market::is_symbol))
    query.refuse("symbols", "1 to 50 symbols with commas between them.");
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

void read_range(query_reader& in, chart::data_request& into) {
  into.from = in.number("from", last_millisecond, moment);
  into.to = in.number("to", last_millisecond, moment);
}

base::result<chart::data_request> read_candles_wish(const http::request& in) {
  query_reader query(in);
  chart::data_request wish;
  wish.of.where = venue_in(query);
  wish.of.symbol = query.text("symbol").value_or("");
  if (!market::is_symbol(wish.of.symbol)) query.refuse("symbol", std::string(symbols));
  const auto every = to_interval(query.text("interval").value_or(""));
  if (!every) query.refuse("interval", std::string(intervals));
  wish.of.every = every.value_or(market::interval::h1);
  read_range(query, wish);
  wish.limit = query.number("limit", market::most_candles, "A whole number from 1 to 20,000.").value_or(wish.limit);
  read_indicators(query, wish);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chart::pin> read_pin_to_verify(std::string_view body) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader outer(*parsed);
  const auto* const object = parsed->if_object();
  const auto* const found = object == nullptr ? nullptr : object->if_contains("pin");
  (void)outer.is_null("pin");
  if (found == nullptr) outer.refuse("pin", "required", "This is needed.");
  if (const auto good = outer.finish(); !good) return good.error();
  json::object_reader inner(*found, "/pin");
  auto pin = read_pin(inner);
  if (const auto good = inner.finish(); !good) return good.error();
  return pin;
}

std::string write_symbols(market::venue where, std::span<const market::instrument* const> found,
                          const market::symbol_list& of) {
  json::writer out;
  out.begin_object().member("market", market::name_of(where)).begin_array("intervals");
  for (const auto every : market::intervals_of(where))
    out.element(market::name_of(every));
  out.end_array().begin_array("symbols");
  for (const auto* const one : found) {
    out.begin_object().member("symbol", one->symbol).member("base", one->base).member("quote", one->quote);
    out.member("price_digits", one->price_digits).member("quantity_digits", one->quantity_digits);
    out.member("is_traded", one->is_traded).end_object();
  }
  out.end_array().member("is_stale", of.is_stale).member("fetched_at", base::to_rfc3339(of.fetched_at)).end_object();
  return std::move(out).str();
}

std::string write_tickers(const tickers_wish& wanted, const market::ticker_list& of) {
  json::writer out;
  out.begin_object().member("market", market::name_of(wanted.where)).begin_array("tickers");
  for (const auto& symbol : wanted.symbols) {
    const auto* const one = of.find(symbol);
    if (one == nullptr) continue;
    out.begin_object().member("symbol", one->symbol).member("last", one->last);
    out.member("high_24h", one->high_24h).member("low_24h", one->low_24h).member("change_24h", one->change_24h);
    out.member("volume_24h", one->volume_24h).member("quote_volume_24h", one->quote_volume_24h);
    out.member("time", one->time).member("is_stale", one->is_stale).end_object();
  }
  out.end_array().member("is_stale", of.is_stale).member("fetched_at", base::to_rfc3339(of.fetched_at)).end_object();
  return std::move(out).str();
}

std::string write_verification(const chart::pin_verification& how) {
  using enum chart::pin_verification::outcome;
  json::writer out;
  out.begin_object().member("matches", how.how == matches).member("hash", how.fingerprint);
  if (how.how != matches) out.member("reason", how.how == changed ? "changed" : "missing");
  out.end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
