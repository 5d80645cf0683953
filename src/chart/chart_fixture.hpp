// Two accounts over a database of each kind, for the tests of this room.
#pragma once

#include "chart/chart_statements.hpp"
#include "chart/layout_statements.hpp"
#include "chart/migrations.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <string>
#include <utility>
#include <vector>

namespace kontor::chart {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);
inline const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
inline const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();

inline std::span<const sql::migration> steps_of_chart() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto joined = tests::join_steps({users, migrations()});
  return joined;
}

inline chart chart_of(const std::string& symbol, base::timestamp at = noon) {
  return {.id = crypto::random_id<chart_id>(),
          .shows = {.name = "über " + symbol,
                    .of = {.where = market::venue::spot, .symbol = symbol, .every = market::interval::h4},
                    .indicators = {{.what = {.what = indicator::kind::rsi, .parameters = {14}}, .color = "#ff8800"}},
                    .look = theme::dark,
                    .days = 7},
          .made_by = maker::model,
          .created_at = at,
          .updated_at = at};
}

inline layout layout_of(const std::string& name, std::int64_t grid = 4) {
  return {.id = crypto::random_id<layout_id>(), .name = name, .grid = grid, .created_at = noon, .updated_at = noon};
}

struct on_charts : tests::on_each_database {
  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job)).value();
  }

  on_charts() {
    open(steps_of_chart());
    for (const auto& id : {ann, bob})
      write([id](sql::session& in) { return in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", id}}); });
  }

  chart keep(const base::user_id& owner, chart what) {
    write([owner, what](sql::session& in) {
      statements::hold_shelf(in, owner);
      statements::insert_chart(in, owner, what);
      return statements::claim_charts(in, owner, 1);
    });
    return what;
  }
  std::optional<chart> find(const base::user_id& owner, const chart_id& which) {
    return write([owner, which](sql::session& in) { return statements::find_chart(in, owner, which); });
  }
  std::vector<chart> list(const base::user_id& owner, const statements::chart_filter& which = {},
                          const statements::list_place& after = {}, std::int64_t limit = 100) {
    return write([owner, which, after, limit](sql::session& in) {
      return statements::list_charts(in, owner, which, after, limit);
    });
  }
};

}  // namespace kontor::chart
