#include "desk/tool_results.hpp"

#include "base/time.hpp"
#include "chart/data_service.hpp"
#include "chat/chart_pin.hpp"
#include "json/number.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace kontor::desk {
namespace {

// Candles begin at whole minutes: `2026-11-26T08:00Z`.
std::string to_minutes(std::int64_t milliseconds) {
  return base::to_rfc3339(base::from_microseconds(milliseconds * 1000)).substr(0, 16) + "Z";
}

// None where no candle is finished: there is nothing yet that stays.
void write_pin(json::writer& into, const chart::chart_data& of) {
  const auto pin = chart::data_service::pin_of(of);
  if (pin.from >= pin.to) return;
  chat::chart_pin out{.market = std::string(market::name_of(pin.of.where)),
                      .symbol = pin.of.symbol,
                      .interval = std::string(market::name_of(pin.of.every)),
                      .from = pin.from,
                      .to = pin.to,
                      .indicators = {},
                      .hash = pin.fingerprint};
  for (const auto& each : pin.indicators)
    out.indicators.push_back(indicator::to_text(each));
  into.json_member("pin", chat::to_json(out));
}

json::writer begin_series(const chart::chart_data& of) {
  json::writer out;
  out.begin_object().member("symbol", of.of.symbol).member("market", market::name_of(of.of.where));
  out.member("interval", market::name_of(of.of.every));
  if (of.of_chart) out.member("chart_id", of.of_chart->text());
  if (!of.told.candles.empty()) out.member("last_candle", to_minutes(of.told.candles.back().time));
  out.member("is_forming", of.told.is_forming).member("is_stale", of.told.is_stale);
  out.member("fetched_at", base::to_rfc3339(of.told.fetched_at).substr(0, 19) + "Z");
  return out;
}

// Rows from the newest on, as many as fit.
template <class Row>
void write_rows(json::writer& out, const chart::chart_data& of, Row row) {
  const auto count = of.told.candles.size();
  std::string rows = "[";
  std::size_t written = 0;
  while (written < count && rows.size() < most_result_bytes) {
    if (written > 0) rows += ',';
    row(rows, count - 1 - written);
    ++written;
  }
  rows += ']';
  if (written < count) out.member("left_out", count - written);
  out.json_member("rows", rows);
}

// `rsi(14)`, or with several outputs `macd(12,26,9) signal`.
std::vector<std::string> names_of(const chart::computed_indicator& what) {
  const auto text = indicator::to_text(what.of.what);
  const auto outputs = indicator::outputs_of(what.of.what.what);
  std::vector<std::string> out;
  for (const auto name : outputs)
    out.push_back(outputs.size() == 1 ? text : text + " " + std::string(name));
  return out;
}

void write_chart(json::writer& out, const chart::chart& what) {
  const auto& shows = what.shows;
  out.begin_object().member("chart_id", what.id.text());
  if (!shows.name.empty()) out.member("name", shows.name);
  out.member("symbol", shows.of.symbol).member("market", market::name_of(shows.of.where));
  out.member("interval", market::name_of(shows.of.every)).begin_array("indicators");
  for (const auto& each : shows.indicators)
    out.element(indicator::to_text(each.what));
  out.end_array().member("days", shows.days);
  out.member("updated_at", base::to_rfc3339(what.updated_at).substr(0, 19) + "Z").end_object();
}

}  // namespace

std::string candles_result(const chart::chart_data& of) {
  auto out = begin_series(of);
  out.json_member("columns", R"(["time","open","high","low","close","volume"])");
  write_rows(out, of, [&of](std::string& row, std::size_t i) {
    const auto& candle = of.told.candles.at(i);
    row += "[\"" + to_minutes(candle.time) + '"';
    for (const auto number : {candle.open, candle.high, candle.low, candle.close, candle.volume}) {
      row += ',';
      json::append_number(row, number);
    }
    row += ']';
  });
  write_pin(out, of);
  out.end_object();
  return std::move(out).str();
}

std::string indicators_result(const chart::chart_data& of) {
  auto out = begin_series(of);
  out.begin_array("columns").element("time").element("close");
  for (const auto& each : of.indicators)
    for (const auto& name : names_of(each))
      out.element(name);
  out.end_array();
  write_rows(out, of, [&of](std::string& row, std::size_t i) {
    const auto& candle = of.told.candles.at(i);
    row += "[\"" + to_minutes(candle.time) + "\",";
    json::append_number(row, candle.close);
    for (const auto& each : of.indicators)
      for (const auto& column : each.columns) {
        row += ',';
        json::append_rounded(row, column.at(i));
      }
    row += ']';
  });
  write_pin(out, of);
  out.end_object();
  return std::move(out).str();
}

std::string chart_result(const chart::chart& made) {
  json::writer out;
  write_chart(out, made);
  return std::move(out).str();
}

std::string charts_result(std::span<const chart::chart> all) {
  json::writer out;
  std::string list = "[";
  std::size_t written = 0;
  for (; written < all.size() && list.size() < most_result_bytes; ++written) {
    json::writer one;
    write_chart(one, all[written]);
    (list += written == 0 ? "" : ",") += std::move(one).str();
  }
  out.begin_object();
  if (written < all.size()) out.member("left_out", all.size() - written);
  out.json_member("charts", list += ']').end_object();
  return std::move(out).str();
}

std::string balances_result(std::span<const settings::balance> all, base::timestamp now) {
  json::writer out;
  out.begin_object().member("as_of", base::to_rfc3339(now).substr(0, 19) + "Z");
  if (all.size() > most_told_coins) out.member("left_out", all.size() - most_told_coins);
  out.begin_array("balances");
  for (const auto& each : all.first(std::min(all.size(), most_told_coins))) {
    out.begin_object().member("coin", each.coin);
    if (!each.total.empty()) out.member("total", each.total);
    if (!each.available.empty()) out.member("available", each.available);
    if (!each.frozen.empty()) out.member("frozen", each.frozen);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).str();
}

}  // namespace kontor::desk
