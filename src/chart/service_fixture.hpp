// Services over a database of each kind and an exchange that says what a test wants.
#pragma once

#include "chart/chart_fixture.hpp"
#include "chart/chart_service.hpp"
#include "chart/layout_service.hpp"
#include "market/market_service.hpp"
#include "market/market_source.hpp"
#include "market/migrations.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::chart {

/// Has BTCUSDT and ETHUSDT everywhere, and no candles.
class small_exchange final : public market::market_source {
 public:
  std::atomic<bool> is_away = false;
  std::function<void()> while_asked;  ///< Called on the loop of the market, in the middle of a question for symbols.
  std::string only = "";              ///< When it is not empty, the only one that it has.

  async::awaitable<base::result<std::vector<market::instrument>>> instruments(market::venue where) override {
    if (while_asked) while_asked();
    if (is_away) co_return base::error{base::errc::unavailable, "exchange-unreachable", "", "away"};
    std::vector<market::instrument> all;
    for (const auto* base : {"BTC", "ETH"})
      if (only.empty() || only == base)
        all.push_back({.where = where, .symbol = std::string(base) + "USDT", .base = base, .quote = "USDT"});
    co_return all;
  }
  async::awaitable<base::result<std::vector<market::ticker>>> tickers(market::venue) override {
    co_return std::vector<market::ticker>();
  }
  async::awaitable<base::result<market::told_candles>> candles(market::series, market::time_range within) override {
    market::told_candles nothing{.rows = {}, .asked = within};
    co_return nothing;
  }
  std::int64_t most_at_once(const market::series&, std::int64_t) const override { return 1000; }
  std::chrono::milliseconds ahead() const override { return std::chrono::milliseconds(0); }
};

inline std::span<const sql::migration> steps_of_services() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto joined = tests::join_steps({users, market::migrations(), migrations()});
  return joined;
}

struct on_services : tests::on_each_database {
  base::manual_clock clock{noon};
  small_exchange exchange;
  async::event_loops market_loop{1};
  std::unique_ptr<market::market_service> markets;
  std::unique_ptr<chart_service> charts;
  std::unique_ptr<layout_service> layouts;

  on_services() {
    open(steps_of_services());
    for (const auto& id : {ann, bob})
      (void)store->write_now(
          [id](sql::session& in) { return in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", id}}); });
    market_loop.start();
    markets = std::make_unique<market::market_service>(market_loop.at(0), exchange, *store, clock);
    markets->start();
    charts = std::make_unique<chart_service>(*store, *markets, clock);
    layouts = std::make_unique<layout_service>(*store, *markets, clock);
  }
  ~on_services() override {
    markets->stop();
    // Before the loop, as the program does: a thread of the database that lets a coroutine go on still holds its loop.
    store->stop();
    market_loop.stop();
  }

  static new_chart wish(const std::string& symbol = "BTCUSDT", std::string key = "") {
    new_chart what;
    what.shows.of.symbol = symbol;
    what.request_key = std::move(key);
    return what;
  }
  chart made(const base::user_id& owner, new_chart what = wish()) {
    return await(charts->create(owner, std::move(what), sql::always)).value();
  }
};

}  // namespace kontor::chart
