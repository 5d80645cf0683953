#include "market/live_frames.hpp"

#include "json/number.hpp"
#include "json/writer.hpp"

#include <utility>

namespace kontor::market {
namespace {

json::writer begin(std::string_view type, base::timestamp at, const series& of) {
  json::writer out;
  out.begin_object().member("type", type).member("timestamp", base::to_rfc3339(at));
  out.member("market", name_of(of.where)).member("symbol", of.symbol).member("interval", name_of(of.every));
  return out;
}

frame end(json::writer& out) {
  out.end_object();
  return std::make_shared<const std::string>(std::move(out).str());
}

std::string to_json(const candle& what) {
  std::string out = "[" + std::to_string(what.time);
  for (const auto number : {what.open, what.high, what.low, what.close, what.volume, what.quote_volume}) {
    out.push_back(',');
    json::append_number(out, number);
  }
  out.push_back(']');
  return out;
}

std::string to_json(std::span<const std::optional<double>> values) {
  std::string out;
  for (const auto& one : values) {
    out.push_back(out.empty() ? '[' : ',');
    if (one) {
      json::append_rounded(out, *one);
    } else {
      out.append("null");
    }
  }
  return out.empty() ? "[]" : out + "]";
}

}  // namespace

frame candle_frame(base::timestamp at, const series& of, const candle& what, candle_end how,
                   std::span<const told_values> values) {
  auto out = begin("candle", at, of);
  out.json_member("candle", to_json(what)).member("is_final", how == candle_end::final);
  out.begin_object("values");
  for (const auto& one : values)
    out.json_member(one.text, to_json(one.values));
  out.end_object();
  return end(out);
}

frame status_frame(base::timestamp at, const series& of, std::string_view state) {
  auto out = begin("market_status", at, of);
  out.member("state", state);
  return end(out);
}

}  // namespace kontor::market
