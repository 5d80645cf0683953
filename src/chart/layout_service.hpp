// What people do with layouts: charts side by side.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "chart/chart.hpp"
#include "chart/layout_statements.hpp"
#include "market/market_service.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chart {

struct new_layout {
  std::string name;
  std::int64_t grid = 1;
  std::vector<chart_id> charts;  ///< 1 to `grid`, none twice.
  bool links_symbol = false;
  bool links_time = true;
  std::string request_key = {};  ///< Of a request that may come again; empty: none.
};

/// What is not there stays as it is. A grid that has become too small loses its last charts.
struct layout_change {
  std::optional<std::string> name = std::nullopt;
  std::optional<std::int64_t> grid = std::nullopt;
  std::optional<std::vector<chart_id>> charts = std::nullopt;  ///< As of a new one.
  std::optional<bool> links_symbol = std::nullopt;
  std::optional<bool> links_time = std::nullopt;
};

/// One symbol in several intervals.
struct new_multi_timeframe {
  content shows;  ///< Of each chart, but for the interval; the name is that of the layout, empty: the symbol.
  std::vector<market::interval> intervals;  ///< 1 to most_charts_in_layout, none twice.
  maker made_by = maker::user;
  std::string request_key = {};
};

/// errc::not_found for a layout that is not there or somebody else's; errc::invalid_input with a field error
/// `unknown_chart` at `/charts/0` for a chart that is not there or somebody else's; errors of the database.
class layout_service {
 public:
  /// All outlive the object.
  layout_service(sql::database& database, market::market_service& markets, const base::clock& clock)
      : database_(database), markets_(markets), clock_(clock) {}

  /// errc::conflict, type `too-many-layouts`; errc::invalid_input, type `idempotency-key-reused`.
  async::awaitable<base::result<filled_layout>> create(base::user_id owner, new_layout what);
  /// Charts and layout in one transaction. Errors of both: see chart_service::create.
  async::awaitable<base::result<filled_layout>> create_multi_timeframe(base::user_id owner, new_multi_timeframe what,
                                                                       sql::permission still);
  async::awaitable<base::result<std::vector<filled_layout>>> list(base::user_id owner, statements::list_place after,
                                                                  std::int64_t limit) const;
  async::awaitable<base::result<filled_layout>> find(base::user_id owner, layout_id which) const;
  /// errc::invalid_input at `/charts` when there are more charts than places.
  async::awaitable<base::result<filled_layout>> change(base::user_id owner, layout_id which, layout_change what);
  /// Its charts stay.
  async::awaitable<base::result<void>> remove(base::user_id owner, layout_id which);

 private:
  sql::database& database_;
  market::market_service& markets_;
  const base::clock& clock_;
};

}  // namespace kontor::chart
