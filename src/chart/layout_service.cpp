#include "chart/layout_service.hpp"

#include "chart/beginning.hpp"
#include "chart/symbol_check.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <utility>

namespace kontor::chart {
namespace {

std::string text_of(const new_layout& what) {
  std::string out =
      "layout\n" + std::to_string(what.grid) + (what.links_symbol ? " symbol" : "") + (what.links_time ? " time" : "");
  for (const auto& each : what.charts)
    (out += '\n') += each.text();
  return (out += '\n') += what.name;
}

std::string text_of(const new_multi_timeframe& what) {
  const auto& shows = what.shows;
  std::string out = "multi-timeframe\n" + std::string(market::name_of(shows.of.where)) + '\n' + shows.of.symbol + '\n';
  for (const auto every : what.intervals)
    (out += market::name_of(every)) += ' ';
  for (const auto& each :
       {to_text(shows.indicators), std::string(name_of(shows.look)), std::to_string(shows.days), shows.name})
    (out += '\n') += each;
  return out;
}

// As small as they fit in.
std::int64_t grid_for(std::size_t charts) {
  return charts <= 2 ? static_cast<std::int64_t>(charts) : 4;
}

// Puts them into an empty layout.
base::result<void> place_all(sql::session& in, const base::user_id& owner, const layout_id& to,
                             const std::vector<chart_id>& charts) {
  base::error wrong{base::errc::invalid_input};
  for (std::size_t i = 0; i < charts.size(); ++i)
    if (!statements::place_chart(in, owner, to, static_cast<std::int64_t>(i), charts[i]))
      wrong.fields.push_back({"/charts/" + std::to_string(i), "unknown_chart", "There is no such chart."});
  if (!wrong.fields.empty()) return wrong;
  return {};
}

base::result<filled_layout> shown(sql::session& in, const base::user_id& owner, const layout_id& which) {
  auto found = statements::find_filled(in, owner, which);
  if (!found) return no_such_layout();
  return std::move(*found);
}

// What this request made before; nullopt: nothing yet.
base::result<std::optional<filled_layout>> layout_made_before(sql::session& in, const base::user_id& owner,
                                                              const std::optional<statements::request>& by,
                                                              base::timestamp now) {
  const auto id = find_made(in, owner, by, now);
  if (!id) return id.error();
  return *id ? statements::find_filled(in, owner, layout_id(**id)) : std::optional<filled_layout>();
}

}  // namespace

async::awaitable<base::result<filled_layout>> layout_service::create(base::user_id owner, new_layout what) {
  const auto by = request_of(what.request_key, text_of(what));
  const auto now = clock_.now();
  layout head{.id = crypto::random_id<layout_id>(),
              .name = std::move(what.name),
              .grid = what.grid,
              .links_symbol = what.links_symbol,
              .links_time = what.links_time,
              .created_at = now,
              .updated_at = now};
  auto job = [owner, head = std::move(head), charts = std::move(what.charts),
              by](sql::session& in) -> base::result<filled_layout> {
    statements::hold_shelf(in, owner);
    const auto before = layout_made_before(in, owner, by, head.created_at);
    if (!before) return before.error();
    if (*before) return **before;
    if (!statements::claim_layouts(in, owner, 1)) return too_many_layouts();
    statements::insert_layout(in, owner, head, by);
    if (const auto placed = place_all(in, owner, head.id, charts); !placed) return placed.error();
    return shown(in, owner, head.id);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<filled_layout>> layout_service::create_multi_timeframe(base::user_id owner,
                                                                                     new_multi_timeframe what,
                                                                                     sql::permission still) {
  for (std::size_t i = 0; i < what.intervals.size(); ++i) {
    if (has_interval(what.shows.of.where, what.intervals[i])) continue;
    auto wrong = interval_not_there();
    wrong.fields.front().path = "/intervals/" + std::to_string(i);
    co_return wrong;
  }
  const auto by = request_of(what.request_key, text_of(what));
  const auto now = clock_.now();
  if (by) {
    // Whatever the exchange says today.
    auto known = [owner, by, now](sql::session& in) { return layout_made_before(in, owner, by, now); };
    const auto before = co_await database_.write(std::move(known));
    if (!before) co_return before.error();
    if (*before) co_return **before;
  }
  auto of = what.shows.of;
  of.every = what.intervals.front();
  const auto there = co_await check_series(markets_, std::move(of));
  if (!there) co_return there.error();

  filled_layout made{.head = {.id = crypto::random_id<layout_id>(),
                              .name = what.shows.name.empty() ? what.shows.of.symbol : what.shows.name,
                              .grid = grid_for(what.intervals.size()),
                              .links_symbol = true,
                              .links_time = true,
                              .created_at = now,
                              .updated_at = now},
                     .charts = {}};
  for (const auto every : what.intervals) {
    chart one{.id = crypto::random_id<chart_id>(),
              .shows = what.shows,
              .made_by = what.made_by,
              .created_at = now,
              .updated_at = now};
    one.shows.name.clear();
    one.shows.of.every = every;
    made.charts.push_back(std::move(one));
  }
  auto job = [owner, made = std::move(made), by,
              still = std::move(still)](sql::session& in) -> base::result<filled_layout> {
    if (const auto may = still(in); !may) return may.error();
    statements::hold_shelf(in, owner);
    const auto before = layout_made_before(in, owner, by, made.head.created_at);
    if (!before) return before.error();
    if (*before) return **before;
    if (!statements::claim_charts(in, owner, static_cast<std::int64_t>(made.charts.size()))) return too_many_charts();
    if (!statements::claim_layouts(in, owner, 1)) return too_many_layouts();
    std::vector<chart_id> ids;
    for (const auto& one : made.charts) {
      statements::insert_chart(in, owner, one);
      ids.push_back(one.id);
    }
    statements::insert_layout(in, owner, made.head, by);
    if (const auto placed = place_all(in, owner, made.head.id, ids); !placed) return placed.error();
    return made;
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::vector<filled_layout>>> layout_service::list(base::user_id owner,
                                                                                statements::list_place after,
                                                                                std::int64_t limit) const {
  auto job = [owner, after = std::move(after), limit](sql::session& in) {
    return statements::list_layouts(in, owner, after, limit);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<filled_layout>> layout_service::find(base::user_id owner, layout_id which) const {
  auto job = [owner, which](sql::session& in) { return shown(in, owner, which); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<filled_layout>> layout_service::change(base::user_id owner, layout_id which,
                                                                     layout_change what) {
  auto job = [owner, which, what = std::move(what),
              now = clock_.now()](sql::session& in) -> base::result<filled_layout> {
    // As where charts are deleted: one after the other.
    statements::hold_shelf(in, owner);
    auto head = statements::find_layout(in, owner, which);
    if (!head) return no_such_layout();
    if (what.name) head->name = *what.name;
    if (what.grid) head->grid = *what.grid;
    if (what.links_symbol) head->links_symbol = *what.links_symbol;
    if (what.links_time) head->links_time = *what.links_time;
    head->updated_at = now;
    if (!statements::update_layout(in, owner, *head)) return no_such_layout();
    if (what.charts && static_cast<std::int64_t>(what.charts->size()) > head->grid) {
      base::error wrong{base::errc::invalid_input};
      wrong.fields.push_back({"/charts", "too_long", "There are fewer places."});
      return wrong;
    }
    if (what.charts) {
      statements::clear_places(in, owner, which, 0);
      if (const auto placed = place_all(in, owner, which, *what.charts); !placed) return placed.error();
    } else if (what.grid) {
      // By their number and not by their place: where one was deleted there is a gap.
      auto kept = statements::charts_of(in, owner, which);
      kept.resize(std::min(kept.size(), static_cast<std::size_t>(head->grid)));
      statements::clear_places(in, owner, which, 0);
      if (const auto placed = place_all(in, owner, which, kept); !placed) return placed.error();
    }
    return shown(in, owner, which);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> layout_service::remove(base::user_id owner, layout_id which) {
  auto job = [owner, which](sql::session& in) -> base::result<void> {
    statements::hold_shelf(in, owner);
    if (!statements::delete_layout(in, owner, which)) return no_such_layout();
    statements::claim_layouts(in, owner, -1);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

}  // namespace kontor::chart
