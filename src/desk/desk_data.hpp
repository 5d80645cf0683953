// What the tools of a model read and make, each for one user. The tools stand in chart_tools.hpp; here is where their
// data comes from, so that both can be tested without the other.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "chart/chart_service.hpp"
#include "chart/data_service.hpp"
#include "settings/exchange_balances.hpp"
#include "settings/exchange_service.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::desk {

/// Runs on any loop. What belongs to somebody else is not there: errc::not_found.
class desk_data {
 public:
  virtual ~desk_data() = default;

  /// Errors of chart::data_service.
  virtual async::awaitable<base::result<chart::chart_data>> read(chart::data_request what) = 0;
  /// Errors of chart::chart_service.
  virtual async::awaitable<base::result<chart::chart>> find_chart(base::user_id owner, chart::chart_id which) = 0;
  virtual async::awaitable<base::result<chart::chart>> create_chart(base::user_id owner, chart::content shows) = 0;
  virtual async::awaitable<base::result<std::vector<chart::chart>>> list_charts(base::user_id owner,
                                                                                chart::statements::chart_filter which,
                                                                                std::int64_t limit) = 0;
  virtual async::awaitable<bool> has_exchange_key(base::user_id owner) = 0;
  /// Errors of exchange_service::open and of exchange_balances.
  virtual async::awaitable<base::result<std::vector<settings::balance>>> balances(base::user_id owner) = 0;
  virtual base::timestamp now() const = 0;
};

/// The program's.
class own_desk_data final : public desk_data {
 public:
  /// All outlive it.
  own_desk_data(chart::data_service& data, chart::chart_service& charts, settings::exchange_service& keys,
                settings::exchange_balances& exchange, const base::clock& clock)
      : data_(data), charts_(charts), keys_(keys), exchange_(exchange), clock_(clock) {}

  async::awaitable<base::result<chart::chart_data>> read(chart::data_request what) override;
  async::awaitable<base::result<chart::chart>> find_chart(base::user_id owner, chart::chart_id which) override;
  async::awaitable<base::result<chart::chart>> create_chart(base::user_id owner, chart::content shows) override;
  async::awaitable<base::result<std::vector<chart::chart>>> list_charts(base::user_id owner,
                                                                        chart::statements::chart_filter which,
                                                                        std::int64_t limit) override;
  async::awaitable<bool> has_exchange_key(base::user_id owner) override;
  async::awaitable<base::result<std::vector<settings::balance>>> balances(base::user_id owner) override;
  base::timestamp now() const override { return clock_.now(); }

 private:
  chart::data_service& data_;
  chart::chart_service& charts_;
  settings::exchange_service& keys_;
  settings::exchange_balances& exchange_;
  const base::clock& clock_;
};

}  // namespace kontor::desk
