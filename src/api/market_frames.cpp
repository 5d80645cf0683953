#include "api/market_frames.hpp"

#include "api/market_wire.hpp"
#include "chart/chart.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <utility>

namespace kontor::api {
namespace {

market::series read_series(json::object_reader& in) {
  return {.where = read_venue(in), .symbol = read_symbol(in), .every = read_interval(in)};
}

}  // namespace

watch_frame read_watch(json::object_reader& in) {
  watch_frame wire{.of = read_series(in), .with = {}};
  const auto texts = in.optional_strings("indicators", chart::most_indicators);
  if (!texts) return wire;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    auto one = indicator::parse_text((*texts)[i]);
    if (!one)
      in.refuse("indicators", i, "not_allowed", "An indicator with its numbers, such as rsi(14).");
    else if (std::ranges::find(wire.with, *one) == wire.with.end())
      wire.with.push_back(std::move(*one));
  }
  return wire;
}

unwatch_frame read_unwatch(json::object_reader& in) {
  return {.of = read_series(in)};
}

std::string watched_frame(base::timestamp at, const watch_frame& what, std::string_view request) {
  const auto where = market::name_of(what.of.where);
  const auto every = market::name_of(what.of.every);
  json::writer out;
  out.begin_object().member("type", "watched").member("timestamp", base::to_rfc3339(at));
  out.member("watch", std::string(where).append("/").append(what.of.symbol).append("/").append(every));
  out.member("market", where).member("symbol", what.of.symbol).member("interval", every).begin_array("indicators");
  for (const auto& each : what.with)
    out.element(indicator::to_text(each));
  out.end_array();
  if (!request.empty()) out.member("request_id", request);
  out.end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
