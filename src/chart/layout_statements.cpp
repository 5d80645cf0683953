#include "chart/layout_statements.hpp"

#include <tuple>
#include <utility>

namespace kontor::chart::statements {
namespace {

using layout_query = sql::query<layout_id, std::string, std::int64_t, bool, bool, base::timestamp, base::timestamp>;
constexpr layout_query select_layout{
    "SELECT id, name, grid, link_symbol, link_time, created_at, updated_at FROM layouts"
    " WHERE user_id = :owner AND id = :id"};
constexpr layout_query select_layouts_page{
    "SELECT id, name, grid, link_symbol, link_time, created_at, updated_at FROM layouts"
    " WHERE user_id = :owner AND (updated_at, id) < (:updated_at, :id)"
    " ORDER BY updated_at DESC, id DESC LIMIT :row_limit"};
constexpr layout_query select_layouts_by_id{
    "SELECT id, name, grid, link_symbol, link_time, created_at, updated_at FROM layouts"
    " WHERE user_id = :owner AND id > :after ORDER BY id LIMIT :row_limit"};
constexpr sql::query<layout_id, std::string> select_layout_request{
    "SELECT id, request_fingerprint FROM layouts WHERE user_id = :owner AND request_key = :request_key"};
constexpr sql::query<chart_id> select_places{
    "SELECT chart_id FROM layout_charts WHERE user_id = :owner AND layout_id = :layout ORDER BY place"};

layout to_layout(auto& row) {
  auto& [id, name, grid, links_symbol, links_time, created_at, updated_at] = row;
  return {.id = id,
          .name = std::move(name),
          .grid = grid,
          .links_symbol = links_symbol,
          .links_time = links_time,
          .created_at = created_at,
          .updated_at = updated_at};
}

filled_layout filled(sql::session& in, const base::user_id& owner, layout head) {
  filled_layout out{.head = std::move(head), .charts = {}};
  for (const auto& id : charts_of(in, owner, out.head.id))
    if (auto one = find_chart(in, owner, id)) out.charts.push_back(std::move(*one));
  return out;
}

}  // namespace

void insert_layout(sql::session& in, const base::user_id& owner, const layout& what, const std::optional<request>& by) {
  in.execute(
      "INSERT INTO layouts (user_id, id, name, grid, link_symbol, link_time, created_at, updated_at, request_key,"
      " request_fingerprint) VALUES (:owner, :id, :name, :grid, :link_symbol, :link_time, :created_at, :updated_at,"
      " :request_key, :request_fingerprint)",
      {{"owner", owner},
       {"id", what.id},
       {"name", what.name},
       {"grid", what.grid},
       {"link_symbol", what.links_symbol},
       {"link_time", what.links_time},
       {"created_at", what.created_at},
       {"updated_at", what.updated_at},
       {"request_key", by ? sql::value(by->key) : sql::value(std::nullopt)},
       {"request_fingerprint", by ? sql::value(by->fingerprint) : sql::value(std::nullopt)}});
}

std::optional<request_made> find_layout_request(sql::session& in, const base::user_id& owner, const std::string& key,
                                                base::timestamp since) {
  in.execute(
      "UPDATE layouts SET request_key = NULL, request_fingerprint = NULL"
      " WHERE user_id = :owner AND request_key = :request_key AND created_at < :since",
      {{"owner", owner}, {"request_key", key}, {"since", since}});
  auto found = in.first(select_layout_request, {{"owner", owner}, {"request_key", key}});
  if (!found) return std::nullopt;
  return request_made{.id = std::get<0>(*found).value(), .fingerprint = std::move(std::get<1>(*found))};
}

bool place_chart(sql::session& in, const base::user_id& owner, const layout_id& to, std::int64_t place,
                 const chart_id& which) {
  return in.execute(
             "INSERT INTO layout_charts (user_id, layout_id, place, chart_id)"
             " SELECT user_id, CAST(:layout AS TEXT), CAST(:place AS BIGINT), id FROM charts"
             " WHERE user_id = :owner AND id = :chart",
             {{"layout", to}, {"place", place}, {"owner", owner}, {"chart", which}}) == 1;
}

void clear_places(sql::session& in, const base::user_id& owner, const layout_id& of, std::int64_t from) {
  in.execute("DELETE FROM layout_charts WHERE user_id = :owner AND layout_id = :layout AND place >= :from_place",
             {{"owner", owner}, {"layout", of}, {"from_place", from}});
}

std::vector<chart_id> charts_of(sql::session& in, const base::user_id& owner, const layout_id& of) {
  std::vector<chart_id> listed;
  for (const auto& [id] : in.all(select_places, {{"owner", owner}, {"layout", of}}))
    listed.push_back(id);
  return listed;
}

std::optional<layout> find_layout(sql::session& in, const base::user_id& owner, const layout_id& which) {
  auto found = in.first(select_layout, {{"owner", owner}, {"id", which}});
  if (!found) return std::nullopt;
  return to_layout(*found);
}

std::optional<filled_layout> find_filled(sql::session& in, const base::user_id& owner, const layout_id& which) {
  auto head = find_layout(in, owner, which);
  if (!head) return std::nullopt;
  return filled(in, owner, std::move(*head));
}

std::vector<filled_layout> list_layouts(sql::session& in, const base::user_id& owner, const list_place& after,
                                        std::int64_t limit) {
  std::vector<filled_layout> listed;
  for (auto& row : in.all(select_layouts_page,
                          {{"owner", owner}, {"updated_at", after.updated_at}, {"id", after.id}, {"row_limit", limit}}))
    listed.push_back(filled(in, owner, to_layout(row)));
  return listed;
}

std::vector<layout> list_layouts_by_id(sql::session& in, const base::user_id& owner, const std::string& after,
                                       std::int64_t limit) {
  std::vector<layout> listed;
  for (auto& row : in.all(select_layouts_by_id, {{"owner", owner}, {"after", after}, {"row_limit", limit}}))
    listed.push_back(to_layout(row));
  return listed;
}

bool hold_layout(sql::session& in, const base::user_id& owner, const layout_id& which) {
  return in.execute("UPDATE layouts SET updated_at = updated_at WHERE user_id = :owner AND id = :id",
                    {{"owner", owner}, {"id", which}}) == 1;
}

bool update_layout(sql::session& in, const base::user_id& owner, const layout& what) {
  return in.execute(
             "UPDATE layouts SET name = :name, grid = :grid, link_symbol = :link_symbol, link_time = :link_time,"
             " updated_at = :now WHERE user_id = :owner AND id = :id",
             {{"name", what.name},
              {"grid", what.grid},
              {"link_symbol", what.links_symbol},
              {"link_time", what.links_time},
              {"now", what.updated_at},
              {"owner", owner},
              {"id", what.id}}) == 1;
}

bool delete_layout(sql::session& in, const base::user_id& owner, const layout_id& which) {
  return in.execute("DELETE FROM layouts WHERE user_id = :owner AND id = :id", {{"owner", owner}, {"id", which}}) == 1;
}

}  // namespace kontor::chart::statements
