#include "chart/chart_data.hpp"

#include "base/time.hpp"
#include "json/number.hpp"
#include "takeout/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kontor::chart {
namespace {

// What a value of an indicator seldom is longer than, with its comma.
constexpr std::size_t usual_value = 20;
constexpr std::array<std::string_view, market::candle_columns::count> column_names = {
    "time", "open", "high", "low", "close", "volume", "quote_volume"};

void append_integer(std::string& out, std::int64_t value) {
  out += std::to_string(value);
}

// Numbers with commas between; what is no number is null. By a small piece of memory that stays in the cache: there are
// hundred thousands of them, and each page that is touched for the first time costs more than the numbers on it.
void append_column(std::string& out, std::span<const double> values) {
  std::array<char, 4096> piece;
  char* at = piece.data();
  const char* const full = piece.data() + piece.size() - json::longest_number - 1;
  bool is_first = true;
  for (const auto value : values) {
    if (at >= full) {
      out.append(piece.data(), at);
      at = piece.data();
    }
    if (!is_first) *at++ = ',';
    is_first = false;
    at = json::write_rounded(at, value);
  }
  out.append(piece.data(), at);
}

indicator::bar to_bar(const market::candle& one) noexcept {
  return {
      .time = one.time, .open = one.open, .high = one.high, .low = one.low, .close = one.close, .volume = one.volume};
}

std::size_t part_of(const market::candle_answer& told, const indicator::spec& what, market::interval every) noexcept {
  return std::min(told.lead_in.size(), static_cast<std::size_t>(indicator::lead_in(what, market::longest(every))));
}

void append_boolean(std::string& out, std::string_view name, bool value) {
  ((out += ",\"") += name) += value ? "\":true" : "\":false";
}

base::timestamp moment_of(std::int64_t milliseconds) noexcept {
  return base::timestamp(std::chrono::milliseconds(milliseconds));
}

}  // namespace

std::int64_t lead_in_of(std::span<const chosen_indicator> indicators, market::interval every) noexcept {
  std::int64_t most = 0;
  for (const auto& each : indicators)
    most = std::max(most, indicator::lead_in(each.what, market::longest(every)));
  return std::min(most, market::most_candles);
}

std::vector<std::vector<double>> compute_over(const indicator::spec& what, market::interval every,
                                              const market::candle_answer& told) {
  auto columns = indicator::columns_for(what, told.candles.size());
  const auto running = indicator::start(what);
  const auto before = part_of(told, what, every);
  told.lead_in.part(told.lead_in.size() - before).for_each([&](const auto& one) { running->push(to_bar(one)); });
  told.candles.for_each([&](const auto& one) { indicator::append(columns, running->push(to_bar(one))); });
  return columns;
}

std::vector<std::string> texts_of(std::span<const chosen_indicator> indicators) {
  std::vector<std::string> texts;
  texts.reserve(indicators.size());
  for (const auto& each : indicators)
    texts.push_back(indicator::to_text(each.what));
  return texts;
}

void append_indicator(std::string& out, const chosen_indicator& what) {
  ((out += R"({"kind":")") += indicator::name_of(what.what.what)) += R"(","params":{)";
  const auto known = indicator::parameters_of(what.what.what);
  for (std::size_t i = 0; i < known.size() && i < what.what.parameters.size(); ++i) {
    ((out += i == 0 ? "\"" : ",\"") += known[i].name) += "\":";
    json::append_number(out, what.what.parameters[i]);
  }
  out += '}';
  if (!what.color.empty()) ((out += R"(,"color":")") += what.color) += '"';
}

std::string indicator_json(const chosen_indicator& what, market::interval every, const market::candle_answer& told) {
  const auto columns = compute_over(what.what, every, told);
  const auto names = indicator::outputs_of(what.what.what);
  std::string out;
  out.reserve(256 + columns.size() * (told.candles.size() * usual_value + 64));
  append_indicator(out, what);
  ((out += R"(,"text":")") += indicator::to_text(what.what)) += R"(","outputs":[)";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ((out += i == 0 ? R"({"name":")" : R"(,{"name":")") += names[i]) += R"(","values":[)";
    append_column(out, columns[i]);
    out += "]}";
  }
  return out += "]}";
}

std::string data_json(const std::optional<chart_id>& of_chart, const market::series& of,
                      const market::candle_answer& told, std::span<const std::string> indicators,
                      std::string_view hash) {
  constexpr std::size_t usual_candle = 100;
  auto size = told.candles.size() * usual_candle + 1024;
  for (const auto& each : indicators)
    size += each.size() + 1;
  std::string out;
  out.reserve(size);
  out += R"({"chart_id":)";
  if (of_chart) {
    ((out += '"') += of_chart->text()) += '"';
  } else {
    out += "null";
  }
  ((out += R"(,"market":")") += market::name_of(of.where)) += R"(","symbol":")";
  ((out += of.symbol) += R"(","interval":")") += market::name_of(of.every);
  append_integer(out += R"(","from":)", told.from);
  append_integer(out += R"(,"to":)", told.to);
  append_integer(out += R"(,"finished_to":)", told.finished_to);
  append_boolean(out, "is_stale", told.is_stale);
  ((out += R"(,"fetched_at":")") += base::to_rfc3339(told.fetched_at)) += '"';
  append_boolean(out, "has_older", told.has_older);
  append_boolean(out, "is_forming", told.is_forming);
  out += R"(,"candles":)";
  for (std::size_t i = 0; i < column_names.size(); ++i) {
    ((out += i == 0 ? "{\"" : ",\"") += column_names[i]) += "\":[";
    told.candles.append_text(i, out);
    out += ']';
  }
  out += R"(},"indicators":[)";
  for (std::size_t i = 0; i < indicators.size(); ++i)
    (out += i == 0 ? "" : ",") += indicators[i];
  ((out += R"(],"hash":")") += hash) += "\"}";
  return out;
}

std::string data_csv(market::interval every, const market::candle_answer& told,
                     std::span<const chosen_indicator> indicators) {
  std::vector<std::vector<double>> columns;
  std::string out = "time,open,high,low,close,volume,quote_volume";
  for (const auto& each : indicators) {
    const auto names = indicator::outputs_of(each.what.what);
    for (const auto name : names) {
      auto head = indicator::to_text(each.what);
      if (names.size() > 1) (head += ' ') += name;
      takeout::append_csv_text(out += ',', head);
    }
    for (auto& column : compute_over(each.what, every, told))
      columns.push_back(std::move(column));
  }
  out += "\r\n";
  constexpr std::size_t usual_cell = 12;
  out.reserve(out.size() + told.candles.size() * (7 + columns.size() + 2) * usual_cell);
  std::size_t row = 0;
  told.candles.for_each([&](const market::candle& one) {
    out += base::to_rfc3339(moment_of(one.time));
    for (const auto value : {one.open, one.high, one.low, one.close, one.volume, one.quote_volume})
      json::append_number(out += ',', value);
    for (const auto& column : columns) {
      out += ',';
      if (std::isfinite(column[row])) json::append_rounded(out, column[row]);
    }
    out += "\r\n";
    ++row;
  });
  return out;
}

}  // namespace kontor::chart
