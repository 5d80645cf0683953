#include "api/chart_wire.hpp"

#include "api/indicator_wire.hpp"
#include "api/market_wire.hpp"
#include "api/paging.hpp"
#include "api/query_reader.hpp"
#include "api/request_key.hpp"
#include "base/text.hpp"
#include "chart/chart_data.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace kontor::api {
namespace {

using base::errc;
using base::field_error;

constexpr std::string_view names = "At most 100 characters, none of them a control character.";

bool is_name(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return base::count_code_points(text) <= chart::max_name && std::ranges::none_of(text, is_control);
}

// Of the members that are there and good.
void check_name(json::object_reader& in, std::string_view text) {
  if (in.is_good("name") && !is_name(text)) in.refuse("name", "not_allowed", std::string(names));
}
void check_layout_name(json::object_reader& in, std::string_view text) {
  if (in.is_good("name") && base::trim(text).empty()) return in.refuse("name", "too_short", "A name is needed.");
  check_name(in, text);
}
void check_days(json::object_reader& in, std::int64_t days) {
  if (in.is_good("days") && (days < 1 || days > chart::most_days)) in.refuse("days", "not_allowed", "1 to 3650.");
}

// A member whose readers want it to be there.
bool is_there(const boost::json::value& object, std::string_view name) {
  const auto* const members = object.if_object();
  const auto* const found = members == nullptr ? nullptr : members->if_contains(name);
  return found != nullptr && !found->is_null();
}

template <class Value, class Parse>
std::optional<Value> read_named(json::object_reader& in, std::string_view name, Parse parse, const char* message) {
  const auto text = in.optional_string(name);
  if (!text || !in.is_good(name)) return std::nullopt;
  const auto value = parse(*text);
  if (!value) in.refuse(name, "not_allowed", message);
  return value;
}

chart::chart_change read_members(json::object_reader& in, const boost::json::value& body,
                                 std::vector<field_error>& errors) {
  chart::chart_change wire;
  wire.name = in.optional_string("name");
  if (wire.name) check_name(in, *wire.name);
  if (is_there(body, "market"))
    wire.where = read_venue(in);
  else
    (void)in.is_null("market");
  if (is_there(body, "symbol"))
    wire.symbol = read_symbol(in);
  else
    (void)in.is_null("symbol");
  if (is_there(body, "interval"))
    wire.every = read_interval(in);
  else
    (void)in.is_null("interval");
  if (const auto* all = in.optional_array("indicators", chart::most_indicators))
    wire.indicators = read_indicators(*all, errors);
  wire.look = read_named<chart::theme>(in, "theme", chart::parse_theme, "One of system, light, dark.");
  wire.days = in.optional_integer("days");
  if (wire.days) check_days(in, *wire.days);
  return wire;
}

chart::content to_content(chart::chart_change&& wire) {
  chart::content out;
  out.name = std::move(wire.name).value_or("");
  out.of = {.where = wire.where.value_or(market::venue::spot),
            .symbol = std::move(wire.symbol).value_or(""),
            .every = wire.every.value_or(chart::usual_interval)};
  out.indicators = std::move(wire.indicators).value_or(std::vector<chart::chosen_indicator>());
  out.look = wire.look.value_or(chart::theme::system);
  out.days = wire.days.value_or(chart::usual_days);
  return out;
}

std::vector<market::interval> read_intervals(json::object_reader& in) {
  std::vector<market::interval> out;
  const auto texts = in.required_strings("intervals");
  if (!in.is_good("intervals")) return out;
  if (texts.empty()) in.refuse("intervals", "too_short", "One interval is needed.");
  if (texts.size() > chart::most_charts_in_layout) in.refuse("intervals", "too_long", "At most 4 intervals.");
  for (std::size_t i = 0; i < texts.size() && in.is_good("intervals"); ++i) {
    if (!in.is_good("intervals", i)) continue;
    const auto every = market::parse_interval(texts[i]);
    if (!every || market::name_of(*every) != texts[i] || std::ranges::find(out, *every) != out.end())
      in.refuse("intervals", i, "not_allowed", "An interval of candles, each once.");
    else
      out.push_back(*every);
  }
  return out;
}

std::vector<chart::chart_id> read_chart_ids(json::object_reader& in) {
  std::vector<chart::chart_id> out;
  const auto texts = in.required_strings("charts");
  if (!in.is_good("charts")) return out;
  if (texts.empty()) in.refuse("charts", "too_short", "One chart is needed.");
  if (texts.size() > chart::most_charts_in_layout) in.refuse("charts", "too_long", "At most 4 charts.");
  for (std::size_t i = 0; i < texts.size() && in.is_good("charts"); ++i) {
    if (!in.is_good("charts", i)) continue;
    const auto id = chart::chart_id::parse(texts[i]);
    if (!id)
      // As one that is not there: what an id looks like is nobody's business.
      in.refuse("charts", i, "unknown_chart", "There is no such chart.");
    else if (std::ranges::find(out, *id) != out.end())
      in.refuse("charts", i, "not_allowed", "It is there already.");
    else
      out.push_back(*id);
  }
  return out;
}

void check_grid(json::object_reader& in, std::int64_t grid) {
  if (in.is_good("grid") && grid != 1 && grid != 2 && grid != 4) in.refuse("grid", "not_allowed", "1, 2 or 4.");
}

void check_fit(json::object_reader& in, std::int64_t grid, std::size_t charts) {
  if (in.is_good("grid") && in.is_good("charts") && static_cast<std::int64_t>(charts) > grid)
    in.refuse("charts", "too_long", "There are fewer places.");
}

// `updated_at id` of the last one of a page.
std::string cursor_of(base::timestamp updated_at, std::string_view id) {
  return text_cursor(std::to_string(base::to_microseconds(updated_at)).append(" ").append(id));
}

void read_place(query_reader& in, std::int64_t& limit, chart::statements::list_place& after) {
  limit = in.number("limit", most_per_page, "A whole number from 1 to 100.").value_or(limit);
  const auto cursor = in.text("cursor");
  if (!cursor) return;
  const auto key = base::from_base64url(*cursor);
  const auto text = key ? base::as_text(*key) : std::string_view();
  const auto blank = std::min(text.find(' '), text.size());
  std::int64_t at = 0;
  const auto read = std::from_chars(text.data(), text.data() + blank, at);
  const auto id = text.substr(std::min(blank + 1, text.size()));
  if (read.ec != std::errc() || read.ptr != text.data() + blank || !base::uuid::parse(id))
    return in.refuse("cursor", "The next_cursor of an earlier answer.");
  after = {.updated_at = at, .id = std::string(id)};
}

void read_data_range(query_reader& query, chart::data_request& wish) {
  const auto usual_from = wish.from;
  read_range(query, wish);
  if (!wish.from && !wish.to) wish.from = usual_from;
}

void write_members(json::writer& out, const chart::chart& one) {
  std::string indicators = "[";
  for (const auto& each : one.shows.indicators) {
    if (indicators.size() > 1) indicators += ',';
    chart::append_indicator(indicators, each);
    indicators += '}';
  }
  indicators += ']';
  out.member("id", one.id.text()).member("name", one.shows.name);
  out.member("market", market::name_of(one.shows.of.where)).member("symbol", one.shows.of.symbol);
  out.member("interval", market::name_of(one.shows.of.every)).json_member("indicators", indicators);
  out.member("theme", chart::name_of(one.shows.look)).member("days", one.shows.days);
  out.member("created_at", base::to_rfc3339(one.created_at)).member("updated_at", base::to_rfc3339(one.updated_at));
  out.member("made_by", chart::name_of(one.made_by));
}

void write_members(json::writer& out, const chart::filled_layout& one) {
  out.member("id", one.head.id.text()).member("name", one.head.name).member("grid", one.head.grid);
  out.begin_array("charts");
  for (const auto& each : one.charts) {
    out.begin_object();
    write_members(out, each);
    out.end_object();
  }
  out.end_array().member("link_symbol", one.head.links_symbol).member("link_time", one.head.links_time);
  out.member("created_at", base::to_rfc3339(one.head.created_at));
  out.member("updated_at", base::to_rfc3339(one.head.updated_at));
}

std::string cursor_behind(const chart::chart& one) {
  return cursor_of(one.updated_at, one.id.text());
}

std::string cursor_behind(const chart::filled_layout& one) {
  return cursor_of(one.head.updated_at, one.head.id.text());
}

template <class Row>
std::string write_object(const Row& one) {
  json::writer out;
  out.begin_object();
  write_members(out, one);
  out.end_object();
  return std::move(out).str();
}

template <class Row>
std::string write_page(std::string_view name, std::span<const Row> read, std::int64_t limit) {
  const auto listed = shown(read, limit);
  json::writer out;
  out.begin_object().begin_array(name);
  for (const auto& one : listed) {
    out.begin_object();
    write_members(out, one);
    out.end_object();
  }
  out.end_array();
  if (has_next_page(read, limit)) out.member("next_cursor", cursor_behind(listed.back()));
  out.end_object();
  return std::move(out).str();
}

}  // namespace

base::result<chart_list_wish> read_chart_list_wish(const http::request& in) {
  query_reader query(in);
  chart_list_wish wish;
  wish.which.symbol = query.text("symbol").value_or("");
  if (!wish.which.symbol.empty() && !market::is_symbol(wish.which.symbol)) query.refuse("symbol", "A symbol.");
  if (const auto name = query.text("market")) {
    wish.which.where = market::parse_venue(*name);
    if (!wish.which.where) query.refuse("market", "One of spot, usdt-futures, coin-futures, usdc-futures.");
  }
  read_place(query, wish.limit, wish.after);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<layout_list_wish> read_layout_list_wish(const http::request& in) {
  query_reader query(in);
  layout_list_wish wish;
  read_place(query, wish.limit, wish.after);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chart::data_request> read_data_wish(const http::request& in, const chart::chart& of, base::timestamp now) {
  query_reader query(in);
  auto wish = chart::request_of(of, now);
  read_data_range(query, wish);
  wish.limit = query.number("limit", market::most_candles, "A whole number from 1 to 20,000.").value_or(wish.limit);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chart::data_request> read_csv_wish(const http::request& in, const chart::chart& of, base::timestamp now) {
  query_reader query(in);
  auto wish = chart::request_of(of, now);
  read_data_range(query, wish);
  query.refuse_unknown();
  if (const auto good = query.finish(); !good) return good.error();
  return wish;
}

base::result<chart::new_chart> read_new_chart(const http::request& in) {
  const auto parsed = json::parse(in.body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  std::vector<field_error> inside;
  auto wire = read_members(reader, *parsed, inside);
  if (!is_there(*parsed, "symbol")) (void)reader.required_string("symbol");
  reader.adopt(inside);
  auto key = read_idempotency_key(in, reader.finish());
  if (!key) return key.error();
  return chart::new_chart{.shows = to_content(std::move(wire)), .request_key = std::move(*key)};
}

base::result<chart::new_multi_timeframe> read_new_multi_timeframe(const http::request& in) {
  const auto parsed = json::parse(in.body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  std::vector<field_error> inside;
  chart::chart_change wire;
  wire.name = reader.optional_string("name");
  if (wire.name) check_name(reader, *wire.name);
  if (is_there(*parsed, "market"))
    wire.where = read_venue(reader);
  else
    (void)reader.is_null("market");
  wire.symbol = read_symbol(reader);
  auto intervals = read_intervals(reader);
  if (const auto* all = reader.optional_array("indicators", chart::most_indicators))
    wire.indicators = read_indicators(*all, inside);
  wire.look = read_named<chart::theme>(reader, "theme", chart::parse_theme, "One of system, light, dark.");
  wire.days = reader.optional_integer("days");
  if (wire.days) check_days(reader, *wire.days);
  reader.adopt(inside);
  auto key = read_idempotency_key(in, reader.finish());
  if (!key) return key.error();
  return chart::new_multi_timeframe{
      .shows = to_content(std::move(wire)), .intervals = std::move(intervals), .request_key = std::move(*key)};
}

base::result<chart::new_layout> read_new_layout(const http::request& in) {
  const auto parsed = json::parse(in.body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  chart::new_layout wire;
  wire.name = reader.required_string("name");
  check_layout_name(reader, wire.name);
  wire.grid = reader.required_integer("grid");
  check_grid(reader, wire.grid);
  wire.charts = read_chart_ids(reader);
  check_fit(reader, wire.grid, wire.charts.size());
  wire.links_symbol = reader.optional_boolean("link_symbol").value_or(false);
  wire.links_time = reader.optional_boolean("link_time").value_or(true);
  auto key = read_idempotency_key(in, reader.finish());
  if (!key) return key.error();
  wire.request_key = std::move(*key);
  return wire;
}

base::result<chart::chart_change> read_chart_change(std::string_view body) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  std::vector<field_error> inside;
  auto wire = read_members(reader, *parsed, inside);
  reader.adopt(inside);
  if (const auto good = reader.finish(); !good) return good.error();
  if (!wire.name && !wire.where && !wire.symbol && !wire.every && !wire.indicators && !wire.look && !wire.days) {
    base::error nothing{errc::invalid_input};
    nothing.fields.push_back({"", "required", "Something to change is needed."});
    return nothing;
  }
  return wire;
}

base::result<chart::layout_change> read_layout_change(std::string_view body) {
  const auto parsed = json::parse(body);
  if (!parsed) return parsed.error();
  json::object_reader reader(*parsed);
  chart::layout_change wire;
  wire.name = reader.optional_string("name");
  if (wire.name) check_layout_name(reader, *wire.name);
  wire.grid = reader.optional_integer("grid");
  if (wire.grid) check_grid(reader, *wire.grid);
  if (is_there(*parsed, "charts"))
    wire.charts = read_chart_ids(reader);
  else
    (void)reader.is_null("charts");
  if (wire.grid && wire.charts) check_fit(reader, *wire.grid, wire.charts->size());
  wire.links_symbol = reader.optional_boolean("link_symbol");
  wire.links_time = reader.optional_boolean("link_time");
  if (!wire.name && !wire.grid && !wire.charts && !wire.links_symbol && !wire.links_time)
    reader.refuse("name", "required", "Something to change is needed.");
  if (const auto good = reader.finish(); !good) return good.error();
  return wire;
}

std::string write_chart(const chart::chart& one) {
  return write_object(one);
}

std::string write_charts(std::span<const chart::chart> read, std::int64_t limit) {
  return write_page("charts", read, limit);
}

std::string write_layout(const chart::filled_layout& one) {
  return write_object(one);
}

std::string write_layouts(std::span<const chart::filled_layout> read, std::int64_t limit) {
  return write_page("layouts", read, limit);
}

std::string write_favourites(std::span<const chart::favourite> all) {
  json::writer out;
  out.begin_object().begin_array("favourites");
  for (const auto& one : all)
    out.begin_object()
        .member("market", market::name_of(one.where))
        .member("symbol", one.symbol)
        .member("added_at", base::to_rfc3339(one.added_at))
        .end_object();
  out.end_array().end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
