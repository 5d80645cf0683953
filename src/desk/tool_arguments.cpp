#include "desk/tool_arguments.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "chart/indicator_text.hpp"
#include "desk/tool_definitions.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::desk {
namespace {

// Models leave the arguments away where none are needed.
template <class Value, class Read>
base::result<Value> read_arguments(std::string_view text, Read read) {
  const auto parsed = json::parse(base::trim(text).empty() ? "{}" : text);
  if (!parsed) return base::error{base::errc::malformed, "", "The arguments are no JSON object.", ""};
  json::object_reader in(*parsed);
  Value out = read(in);
  if (const auto good = in.finish(); !good) return good.error();
  return out;
}

// `btc/usdt` as well: what is meant is clear.
std::string to_symbol(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '/' && c != ' ') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string read_symbol(json::object_reader& in, const std::optional<std::string>& text) {
  auto symbol = to_symbol(text.value_or(""));
  if (text && in.is_good("symbol") && !market::is_symbol(symbol))
    in.refuse("symbol", "not_allowed", "A symbol of the exchange, such as BTCUSDT.");
  return symbol;
}

market::venue read_market(json::object_reader& in, const std::optional<std::string>& text) {
  const auto where = text ? market::parse_venue(*text) : market::venue::spot;
  if (!where && in.is_good("market"))
    in.refuse("market", "not_allowed", "One of spot, usdt-futures, coin-futures, usdc-futures.");
  return where.value_or(market::venue::spot);
}

market::interval read_interval(json::object_reader& in, const std::optional<std::string>& text) {
  const auto every = text ? market::parse_interval(*text) : chart::usual_interval;
  if (!every && in.is_good("interval"))
    in.refuse("interval", "not_allowed", "One of 1m, 3m, 5m, 15m, 30m, 1H, 2H, 4H, 6H, 12H, 1D, 3D, 1W, 1M.");
  return every.value_or(chart::usual_interval);
}

std::int64_t read_count(json::object_reader& in, std::string_view name, std::int64_t most, std::int64_t usual) {
  const auto count = in.optional_integer(name).value_or(usual);
  if (in.is_good(name) && (count < 1 || count > most))
    in.refuse(name, "not_allowed", "A whole number from 1 to " + std::to_string(most) + ".");
  return count;
}

std::vector<chart::chosen_indicator> read_indicators(json::object_reader& in) {
  std::vector<chart::chosen_indicator> out;
  const auto texts = in.optional_strings("indicators", chart::most_indicators);
  if (!texts) return out;
  auto all = chart::parse_indicators(base::join(*texts, ","), chart::most_indicators);
  if (!all) {
    const auto& why = all.error().fields;
    in.refuse("indicators", "not_allowed", why.empty() ? "Indicators such as rsi(14)." : why.front().message);
    return out;
  }
  for (auto& each : *all)
    out.push_back({.what = std::move(each), .color = {}});
  return out;
}

std::optional<std::int64_t> read_time(json::object_reader& in, std::string_view name) {
  const auto text = in.optional_string(name);
  if (!text || !in.is_good(name)) return std::nullopt;
  const auto at = base::parse_rfc3339(*text);
  if (!at) {
    in.refuse(name, "not_allowed", "A time such as 2026-11-26T08:00:00Z.");
    return std::nullopt;
  }
  const auto time = std::chrono::floor<std::chrono::milliseconds>(*at).time_since_epoch().count();
  // The same range as over HTTP: the market counts from 1970 on.
  if (time >= 1) return time;
  in.refuse(name, "not_allowed", "A time after the beginning of 1970.");
  return std::nullopt;
}

told_series read_series(json::object_reader& in) {
  told_series out;
  out.chart = in.optional_string("chart_id");
  const auto symbol = in.optional_string("symbol");
  const auto market = in.optional_string("market");
  const auto interval = in.optional_string("interval");
  out.of = {.where = read_market(in, market), .symbol = read_symbol(in, symbol), .every = read_interval(in, interval)};
  out.to = read_time(in, "to");
  out.limit = read_count(in, "limit", most_told_candles, usual_told_candles);
  if (out.chart && (symbol || market || interval))
    in.refuse("chart_id", "not_allowed", "Either a chart, or symbol, market and interval.");
  else if (!out.chart && !symbol && in.is_good("symbol"))
    in.refuse("symbol", "required", "Either a symbol or a chart_id is needed.");
  return out;
}

std::string read_name(json::object_reader& in) {
  auto name = in.optional_string("name").value_or("");
  if (base::count_code_points(name) > chart::max_name)
    in.refuse("name", "too_long", "At most 100 characters.");
  else if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    in.refuse("name", "not_allowed", "A name has no control characters.");
  return name;
}

chart::theme read_theme(json::object_reader& in) {
  const auto text = in.optional_string("theme");
  const auto which = text ? chart::parse_theme(*text) : chart::theme::system;
  if (!which && in.is_good("theme")) in.refuse("theme", "not_allowed", "One of system, light, dark.");
  return which.value_or(chart::theme::system);
}

}  // namespace

base::result<told_series> read_candle_arguments(std::string_view text) {
  return read_arguments<told_series>(text, read_series);
}

base::result<told_series> read_indicator_arguments(std::string_view text) {
  return read_arguments<told_series>(text, [](json::object_reader& in) {
    auto out = read_series(in);
    out.indicators = read_indicators(in);
    if (!out.chart && out.indicators.empty() && in.is_good("indicators"))
      in.refuse("indicators", "required", "At least one, such as rsi(14).");
    return out;
  });
}

base::result<chart::content> read_chart_arguments(std::string_view text) {
  return read_arguments<chart::content>(text, [](json::object_reader& in) {
    chart::content out;
    const auto symbol = in.required_string("symbol");
    out.of.symbol = read_symbol(in, symbol);
    out.of.where = read_market(in, in.optional_string("market"));
    out.of.every = read_interval(in, in.optional_string("interval"));
    out.indicators = read_indicators(in);
    out.days = read_count(in, "days", chart::most_days, chart::usual_days);
    out.name = read_name(in);
    out.look = read_theme(in);
    return out;
  });
}

base::result<told_list> read_list_arguments(std::string_view text) {
  return read_arguments<told_list>(text, [](json::object_reader& in) {
    told_list out;
    out.which.symbol = read_symbol(in, in.optional_string("symbol"));
    if (const auto market = in.optional_string("market")) out.which.where = read_market(in, market);
    out.limit = read_count(in, "limit", most_told_charts, usual_told_charts);
    return out;
  });
}

base::result<void> read_no_arguments(std::string_view text) {
  const auto read = read_arguments<bool>(text, [](json::object_reader&) { return true; });
  return read ? base::result<void>() : read.error();
}

std::string words_for_model(const base::error& why) {
  if (!why.fields.empty()) {
    std::string out = "Wrong arguments.";
    for (const auto& field : why.fields)
      out += " " +
             base::printable(std::string_view(field.path).substr(std::min<std::size_t>(1, field.path.size())), 64) +
             ": " + field.message;
    return out;
  }
  struct known {
    std::string_view type;
    const char* words;
  };
  constexpr std::array<known, 8> types = {
      {{"exchange-unreachable", "The exchange cannot be reached at the moment."},
       {"exchange-busy", "The exchange wants to be asked later."},
       {"unknown-symbol", "The exchange has no such symbol in this market."},
       {"too-many-charts", "The user has as many charts as they may have; one has to be deleted first, by the user."},
       {"not-configured", "The user has stored no key for the exchange."},
       {"exchange-key-refused", "The exchange does not accept the user's key."},
       {"credentials-elsewhere", "The user's key was saved for another exchange. It has to be entered again."},
       {"secret-unreadable", "The user's key cannot be read. It has to be entered again."}}};
  const auto found = std::ranges::find(types, why.type, &known::type);
  if (found != types.end()) return found->words;
  if (why.code == base::errc::malformed) return "The arguments are no JSON object.";
  if (why.code == base::errc::not_found) return "There is no such chart.";
  return "This does not work at the moment.";
}

}  // namespace kontor::desk
