#include "chart/chart_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::chart::statements {
namespace {

#define KONTOR_CHART_COLUMNS \
  "id, name, market, symbol, candle_time, indicators, theme, days, made_by, created_at, updated_at"
using chart_query = sql::query<chart_id, std::string, std::string, std::string, std::string, std::string, std::string,
                               std::int64_t, std::string, base::timestamp, base::timestamp>;
constexpr chart_query select_chart{"SELECT " KONTOR_CHART_COLUMNS " FROM charts WHERE user_id = :owner AND id = :id"};
constexpr chart_query select_charts_page{
    "SELECT " KONTOR_CHART_COLUMNS
    " FROM charts WHERE user_id = :owner AND (updated_at, id) < (:updated_at, :id)"
    " AND (CAST(:any_symbol AS TEXT) = '' OR symbol = :symbol) AND (CAST(:any_market AS TEXT) = '' OR market = :market)"
    " ORDER BY updated_at DESC, id DESC LIMIT :row_limit"};
constexpr chart_query select_charts_by_id{
    "SELECT " KONTOR_CHART_COLUMNS " FROM charts WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};
#undef KONTOR_CHART_COLUMNS
constexpr sql::query<chart_id, std::string> select_chart_request{
    "SELECT id, request_fingerprint FROM charts WHERE user_id = :owner AND request_key = :request_key"};
constexpr sql::query<std::string, std::string, base::timestamp> select_favourites{
    "SELECT market, symbol, added_at FROM favourites WHERE user_id = :owner ORDER BY added_at, market, symbol"};

[[noreturn]] void broken(const char* what) {
  throw sql::sql_error(sql::failure::other, what);
}

chart to_chart(auto& row) {
  auto& [id, name, where, symbol, every, indicators, look, days, made_by, created_at, updated_at] = row;
  const auto venue = market::parse_venue(where);
  const auto interval = market::parse_interval(every);
  const auto colours = parse_theme(look);
  const auto who = parse_maker(made_by);
  if (!venue || !interval || !colours || !who) broken("a stored chart cannot be read");
  return {.id = id,
          .shows = {.name = std::move(name),
                    .of = {.where = *venue, .symbol = std::move(symbol), .every = *interval},
                    .indicators = parse_stored(indicators),
                    .look = *colours,
                    .days = days},
          .made_by = *who,
          .created_at = created_at,
          .updated_at = updated_at};
}

std::vector<chart> to_charts(auto&& rows) {
  std::vector<chart> listed;
  listed.reserve(rows.size());
  for (auto& row : rows)
    listed.push_back(to_chart(row));
  return listed;
}

}  // namespace

void hold_shelf(sql::session& in, const base::user_id& owner) {
  in.execute("INSERT INTO chart_shelves (user_id) VALUES (:owner) ON CONFLICT DO NOTHING", {{"owner", owner}});
  in.execute("UPDATE chart_shelves SET charts = charts WHERE user_id = :owner", {{"owner", owner}});
}

bool claim_charts(sql::session& in, const base::user_id& owner, std::int64_t count, std::int64_t most) {
  return in.execute("UPDATE chart_shelves SET charts = charts + :count WHERE user_id = :owner AND charts <= :room",
                    {{"count", count}, {"owner", owner}, {"room", most - count}}) == 1;
}

bool claim_layouts(sql::session& in, const base::user_id& owner, std::int64_t count, std::int64_t most) {
  return in.execute("UPDATE chart_shelves SET layouts = layouts + :count WHERE user_id = :owner AND layouts <= :room",
                    {{"count", count}, {"owner", owner}, {"room", most - count}}) == 1;
}

bool claim_favourites(sql::session& in, const base::user_id& owner, std::int64_t count, std::int64_t most) {
  return in.execute(
             "UPDATE chart_shelves SET favourites = favourites + :count WHERE user_id = :owner AND favourites <= :room",
             {{"count", count}, {"owner", owner}, {"room", most - count}}) == 1;
}

void insert_chart(sql::session& in, const base::user_id& owner, const chart& what, const std::optional<request>& by) {
  in.execute(
      "INSERT INTO charts (user_id, id, name, market, symbol, candle_time, indicators, theme, days, made_by,"
      " created_at, updated_at, request_key, request_fingerprint)"
      " VALUES (:owner, :id, :name, :market, :symbol, :candle_time, :indicators, :theme, :days, :made_by, :created_at,"
      " :updated_at, :request_key, :request_fingerprint)",
      {{"owner", owner},
       {"id", what.id},
       {"name", what.shows.name},
       {"market", market::name_of(what.shows.of.where)},
       {"symbol", what.shows.of.symbol},
       {"candle_time", market::name_of(what.shows.of.every)},
       {"indicators", to_text(what.shows.indicators)},
       {"theme", name_of(what.shows.look)},
       {"days", what.shows.days},
       {"made_by", name_of(what.made_by)},
       {"created_at", what.created_at},
       {"updated_at", what.updated_at},
       {"request_key", by ? sql::value(by->key) : sql::value(std::nullopt)},
       {"request_fingerprint", by ? sql::value(by->fingerprint) : sql::value(std::nullopt)}});
}

std::optional<request_made> find_chart_request(sql::session& in, const base::user_id& owner, const std::string& key,
                                               base::timestamp since) {
  in.execute(
      "UPDATE charts SET request_key = NULL, request_fingerprint = NULL"
      " WHERE user_id = :owner AND request_key = :request_key AND created_at < :since",
      {{"owner", owner}, {"request_key", key}, {"since", since}});
  auto found = in.first(select_chart_request, {{"owner", owner}, {"request_key", key}});
  if (!found) return std::nullopt;
  return request_made{.id = std::get<0>(*found).value(), .fingerprint = std::move(std::get<1>(*found))};
}

std::optional<chart> find_chart(sql::session& in, const base::user_id& owner, const chart_id& which) {
  auto found = in.first(select_chart, {{"owner", owner}, {"id", which}});
  if (!found) return std::nullopt;
  return to_chart(*found);
}

std::vector<chart> list_charts(sql::session& in, const base::user_id& owner, const chart_filter& which,
                               const list_place& after, std::int64_t limit) {
  const auto where = which.where ? market::name_of(*which.where) : std::string_view();
  return to_charts(in.all(select_charts_page, {{"owner", owner},
                                               {"updated_at", after.updated_at},
                                               {"id", after.id},
                                               {"any_symbol", which.symbol},
                                               {"symbol", which.symbol},
                                               {"any_market", where},
                                               {"market", where},
                                               {"row_limit", limit}}));
}

std::vector<chart> list_charts_by_id(sql::session& in, const base::user_id& owner, const std::string& after,
                                     std::int64_t limit) {
  return to_charts(in.all(select_charts_by_id, {{"owner", owner}, {"after", after}, {"row_limit", limit}}));
}

bool hold_chart(sql::session& in, const base::user_id& owner, const chart_id& which) {
  return in.execute("UPDATE charts SET updated_at = updated_at WHERE user_id = :owner AND id = :id",
                    {{"owner", owner}, {"id", which}}) == 1;
}

bool update_chart(sql::session& in, const base::user_id& owner, const chart_id& which, const content& shows,
                  base::timestamp now) {
  return in.execute(
             "UPDATE charts SET name = :name, market = :market, symbol = :symbol, candle_time = :candle_time,"
             " indicators = :indicators, theme = :theme, days = :days, updated_at = :now"
             " WHERE user_id = :owner AND id = :id",
             {{"name", shows.name},
              {"market", market::name_of(shows.of.where)},
              {"symbol", shows.of.symbol},
              {"candle_time", market::name_of(shows.of.every)},
              {"indicators", to_text(shows.indicators)},
              {"theme", name_of(shows.look)},
              {"days", shows.days},
              {"now", now},
              {"owner", owner},
              {"id", which}}) == 1;
}

bool delete_chart(sql::session& in, const base::user_id& owner, const chart_id& which) {
  return in.execute("DELETE FROM charts WHERE user_id = :owner AND id = :id", {{"owner", owner}, {"id", which}}) == 1;
}

bool insert_favourite(sql::session& in, const base::user_id& owner, const favourite& what) {
  return in.execute(
             "INSERT INTO favourites (user_id, market, symbol, added_at) VALUES (:owner, :market, :symbol, :added_at)"
             " ON CONFLICT DO NOTHING",
             {{"owner", owner},
              {"market", market::name_of(what.where)},
              {"symbol", what.symbol},
              {"added_at", what.added_at}}) == 1;
}

bool delete_favourite(sql::session& in, const base::user_id& owner, market::venue where, const std::string& symbol) {
  return in.execute("DELETE FROM favourites WHERE user_id = :owner AND market = :market AND symbol = :symbol",
                    {{"owner", owner}, {"market", market::name_of(where)}, {"symbol", symbol}}) == 1;
}

std::vector<favourite> list_favourites(sql::session& in, const base::user_id& owner) {
  std::vector<favourite> listed;
  for (auto& [where, symbol, added_at] : in.all(select_favourites, {{"owner", owner}})) {
    const auto venue = market::parse_venue(where);
    if (!venue) broken("a stored favourite cannot be read");
    listed.push_back({.where = *venue, .symbol = std::move(symbol), .added_at = added_at});
  }
  return listed;
}

}  // namespace kontor::chart::statements
