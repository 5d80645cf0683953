// What people do with their charts and favourite symbols.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "chart/chart.hpp"
#include "chart/chart_statements.hpp"
#include "market/market_service.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chart {

struct new_chart {
  content shows;
  maker made_by = maker::user;
  std::string request_key = {};  ///< Of a request that may come again; empty: none.
};

/// What is not there stays as it is.
struct chart_change {
  std::optional<std::string> name = std::nullopt;
  std::optional<market::venue> where = std::nullopt;
  std::optional<std::string> symbol = std::nullopt;
  std::optional<market::interval> every = std::nullopt;
  std::optional<std::vector<chosen_indicator>> indicators = std::nullopt;
  std::optional<theme> look = std::nullopt;
  std::optional<std::int64_t> days = std::nullopt;
};

/// errc::not_found for a chart that is not there or somebody else's; errc::invalid_input with field errors for a symbol
/// that the exchange has not (`unknown_symbol`) and an interval that the market has not; errors of the database. What
/// is given must keep to the limits of chart.hpp. `still` is asked where the exchange may have been waited for.
class chart_service {
 public:
  /// All outlive the object.
  chart_service(sql::database& database, market::market_service& markets, const base::clock& clock)
      : database_(database), markets_(markets), clock_(clock) {}

  /// errc::conflict, type `too-many-charts`; errc::invalid_input, type `idempotency-key-reused`; errc::unavailable,
  /// type `exchange-unreachable`, when the symbols were never learned.
  async::awaitable<base::result<chart>> create(base::user_id owner, new_chart what, sql::permission still);
  async::awaitable<base::result<chart>> duplicate(base::user_id owner, chart_id which, std::string request_key);
  async::awaitable<base::result<std::vector<chart>>> list(base::user_id owner, statements::chart_filter which,
                                                          statements::list_place after, std::int64_t limit) const;
  async::awaitable<base::result<chart>> find(base::user_id owner, chart_id which) const;
  async::awaitable<base::result<chart>> change(base::user_id owner, chart_id which, chart_change what,
                                               sql::permission still);
  async::awaitable<base::result<void>> remove(base::user_id owner, chart_id which);

  async::awaitable<base::result<std::vector<favourite>>> favourites(base::user_id owner) const;
  /// Good when it is one already. errc::conflict, type `too-many-favourites`.
  async::awaitable<base::result<void>> add_favourite(base::user_id owner, market::venue where, std::string symbol,
                                                     sql::permission still);
  /// Good when it was none.
  async::awaitable<base::result<void>> remove_favourite(base::user_id owner, market::venue where, std::string symbol);

 private:
  /// nullopt: another change came in between, and what both make has to be looked at.
  async::awaitable<base::result<std::optional<chart>>> try_change(base::user_id owner, chart_id which,
                                                                  chart_change what, sql::permission still);

  sql::database& database_;
  market::market_service& markets_;
  const base::clock& clock_;
};

}  // namespace kontor::chart
