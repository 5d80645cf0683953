#include "chat/chart_pin.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace kontor::chat {
namespace {

constexpr std::int64_t latest = 253'402'300'799'999;  // the end of the year 9999
constexpr std::size_t most_indicators = 10;
constexpr std::size_t longest_symbol = 32;
constexpr std::size_t longest_indicator = 64;
// The names of the room market, which this one does not know.
constexpr std::array<std::string_view, 4> markets = {"spot", "usdt-futures", "coin-futures", "usdc-futures"};
constexpr std::array<std::string_view, 14> intervals = {"1m", "3m", "5m",  "15m", "30m", "1H", "2H",
                                                        "4H", "6H", "12H", "1D",  "3D",  "1W", "1M"};

// Of the room indicator.
constexpr std::array<std::string_view, 11> indicators = {
    "sma", "ema", "wma", "rsi", "atr", "volume_average", "macd", "bollinger", "stochastic", "vwap", "obv"};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view text) noexcept {
  return std::ranges::find(names, text) != names.end();
}

bool is_symbol(std::string_view text) noexcept {
  const auto is_allowed = [](char c) { return (c >= 'A' && c <= 'Z') || base::is_digit(c) || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= longest_symbol && std::ranges::all_of(text, is_allowed);
}

// `macd(12,26,9)`: these texts stand in what the model reads, so nothing else may.
bool is_indicator(std::string_view text) noexcept {
  const auto open = text.find('(');
  if (open == 0 || open == std::string_view::npos || text.size() > longest_indicator || text.back() != ')')
    return false;
  const auto is_number = [](char c) { return base::is_digit(c) || c == '.' || c == ','; };
  const auto inside = text.substr(open + 1, text.size() - open - 2);
  return is_one_of(indicators, text.substr(0, open)) && std::ranges::all_of(inside, is_number);
}

bool is_hash(std::string_view text) noexcept {
  const auto is_hex = [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::ranges::all_of(text, is_hex);
}

template <class Check>
std::string read_text(json::object_reader& in, std::string_view name, Check is_good, const char* what) {
  auto text = in.required_string(name);
  if (in.is_good(name) && !is_good(text)) in.refuse(name, "not_allowed", what);
  return text;
}

std::int64_t read_time(json::object_reader& in, std::string_view name, std::int64_t earliest) {
  const auto time = in.required_integer(name);
  if (in.is_good(name) && (time < earliest || time > latest))
    in.refuse(name, "not_allowed", "Milliseconds since 1970.");
  return time;
}

chart_pin read_pin(json::object_reader& in) {
  chart_pin out;
  const auto is_market = [](std::string_view text) { return is_one_of(markets, text); };
  const auto is_interval = [](std::string_view text) { return is_one_of(intervals, text); };
  out.market = read_text(in, "market", is_market, "The name of a market.");
  out.symbol = read_text(in, "symbol", is_symbol, "1 to 32 of A-Z, 0-9, _ and -.");
  out.interval = read_text(in, "interval", is_interval, "The time of a candle, such as 4H.");
  out.from = read_time(in, "from", 0);
  out.to = read_time(in, "to", 1);
  if (in.is_good("from") && in.is_good("to") && out.from >= out.to)
    in.refuse("from", "not_allowed", "It must be before the end.");
  auto texts = in.optional_strings("indicators", most_indicators);
  if (!texts && in.is_good("indicators")) in.refuse("indicators", "required", "This is required.");
  out.indicators = std::move(texts).value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < out.indicators.size(); ++i)
    if (in.is_good("indicators", i) && !is_indicator(out.indicators[i]))
      in.refuse("indicators", i, "not_allowed", "The text of an indicator, such as rsi(14).");
  out.hash = read_text(in, "hash", is_hash, "64 digits, 0-9 and a-f.");
  return out;
}

// `2026-11-26 06:14 UTC`
std::string to_minutes(std::int64_t milliseconds) {
  auto text = base::to_rfc3339(base::from_microseconds(milliseconds * 1000)).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text + " UTC";
}

}  // namespace

std::string to_json(const chart_pin& what) {
  json::writer out;
  out.begin_object().member("market", what.market).member("symbol", what.symbol).member("interval", what.interval);
  out.member("from", what.from).member("to", what.to).begin_array("indicators");
  for (const auto& each : what.indicators)
    out.element(each);
  out.end_array().member("hash", what.hash).end_object();
  return std::move(out).str();
}

std::optional<chart_pin> read_pin_member(json::object_reader& in, std::string_view name, const pin_check& check) {
  std::optional<chart_pin> out;
  in.optional_object(name, [&](json::object_reader& inside) {
    out = read_pin(inside);
    if (check) check(inside, *out);
  });
  if (!in.is_good(name)) out.reset();
  return out;
}

std::optional<chart_pin> pin_of(const message& what) {
  if (what.role != "user" || !what.metadata) return std::nullopt;
  const auto parsed = json::parse(*what.metadata);
  if (!parsed) return std::nullopt;
  json::object_reader in(*parsed);
  auto pin = read_pin_member(in, "chart");
  if (!in.finish()) return std::nullopt;
  return pin;
}

void set_pin(message& into, const chart_pin& what) {
  json::writer out;
  out.begin_object().json_member("chart", to_json(what)).end_object();
  into.metadata = std::move(out).str();
}

std::string to_sentence(const chart_pin& what) {
  std::string out = "The user speaks of a chart of " + what.symbol + " (" + what.market + "), interval " +
                    what.interval + ", candles from " + to_minutes(what.from) + " to " + to_minutes(what.to);
  for (const auto& each : what.indicators)
    out += ", " + each;
  return out + ". The hash of its data is " + what.hash + ".";
}

}  // namespace kontor::chat
