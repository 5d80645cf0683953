// The SQL of layouts. As chart_statements.hpp.
#pragma once

#include "chart/chart.hpp"
#include "chart/chart_statements.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chart::statements {

/// Without its charts.
void insert_layout(sql::session& in, const base::user_id& owner, const layout& what,
                   const std::optional<request>& by = std::nullopt);
/// As find_chart_request.
std::optional<request_made> find_layout_request(sql::session& in, const base::user_id& owner, const std::string& key,
                                                base::timestamp since);

/// False: the owner has no such chart. sql::failure::conflict when the place is taken, or the chart is in it already.
bool place_chart(sql::session& in, const base::user_id& owner, const layout_id& to, std::int64_t place,
                 const chart_id& which);
/// Takes out those that stand at `from` or behind.
void clear_places(sql::session& in, const base::user_id& owner, const layout_id& of, std::int64_t from);
/// In the order of their places.
std::vector<chart_id> charts_of(sql::session& in, const base::user_id& owner, const layout_id& of);

std::optional<layout> find_layout(sql::session& in, const base::user_id& owner, const layout_id& which);
/// With its charts.
std::optional<filled_layout> find_filled(sql::session& in, const base::user_id& owner, const layout_id& which);
/// The latest change first, at most `limit`, each with its charts.
std::vector<filled_layout> list_layouts(sql::session& in, const base::user_id& owner, const list_place& after,
                                        std::int64_t limit);
/// All of them in the order of their ids, from the first behind `after` on.
std::vector<layout> list_layouts_by_id(sql::session& in, const base::user_id& owner, const std::string& after,
                                       std::int64_t limit);

/// False: the owner has no such layout; so are the two below. Keeps the row until the end of the transaction.
bool hold_layout(sql::session& in, const base::user_id& owner, const layout_id& which);
/// All but its charts and the time when it was made.
bool update_layout(sql::session& in, const base::user_id& owner, const layout& what);
bool delete_layout(sql::session& in, const base::user_id& owner, const layout_id& which);

}  // namespace kontor::chart::statements
