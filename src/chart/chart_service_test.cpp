#include "chart/chart_service.hpp"

#include "chart/service_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::chart {
namespace {

using base::errc;

struct ChartService : on_services {
  static std::string fault_of(const base::error& why) {
    return why.fields.empty() ? why.type : why.fields.front().path + " " + why.fields.front().code;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, ChartService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(ChartService, MakesWhatTheExchangeHasAndNothingElse) {
  const auto one = made(ann);
  EXPECT_EQ(await(charts->find(ann, one.id))->shows, one.shows);
  EXPECT_EQ(fault_of(await(charts->create(ann, wish("NOSUCH"), sql::always)).error()), "/symbol unknown_symbol");
  EXPECT_EQ(fault_of(await(charts->create(ann, wish("no such"), sql::always)).error()), "/symbol unknown_symbol");
  auto two_hours = wish();
  two_hours.shows.of.every = market::interval::h2;
  EXPECT_EQ(fault_of(await(charts->create(ann, two_hours, sql::always)).error()), "/interval not_allowed");
  EXPECT_EQ(await(charts->list(ann, {}, {}, 100))->size(), 1U);
}

TEST_P(ChartService, NeedsAnExchangeOnceToLearnTheSymbols) {
  exchange.is_away = true;
  EXPECT_EQ(await(charts->create(ann, wish(), sql::always)).error().type, "exchange-unreachable");
}

TEST_P(ChartService, OfSomebodyElseNothingIsThere) {
  const auto hers = made(ann);
  EXPECT_EQ(await(charts->find(bob, hers.id)).error().code, errc::not_found);
  EXPECT_EQ(await(charts->change(bob, hers.id, {.name = "mine"}, sql::always)).error().code, errc::not_found);
  EXPECT_EQ(await(charts->duplicate(bob, hers.id, "")).error().code, errc::not_found);
  EXPECT_EQ(await(charts->remove(bob, hers.id)).error().code, errc::not_found);
  EXPECT_TRUE(await(charts->list(bob, {}, {}, 100))->empty());
  EXPECT_EQ(await(charts->find(ann, hers.id))->shows, hers.shows);
}

TEST_P(ChartService, AChangeLeavesTheRestAsItWas) {
  const auto one = made(ann);
  clock.advance(std::chrono::seconds(1));
  const auto changed = await(charts->change(ann, one.id, {.days = 7}, sql::always));
  ASSERT_TRUE(changed);
  auto expected = one.shows;
  expected.days = 7;
  EXPECT_EQ(changed->shows, expected);
  EXPECT_EQ(changed->updated_at, noon + std::chrono::seconds(1));
  EXPECT_EQ(changed->created_at, noon);
  EXPECT_EQ(fault_of(await(charts->change(ann, one.id, {.symbol = "NOSUCH"}, sql::always)).error()),
            "/symbol unknown_symbol");
  EXPECT_EQ(fault_of(await(charts->change(ann, one.id, {.every = market::interval::h2}, sql::always)).error()),
            "/interval not_allowed");
  EXPECT_EQ(await(charts->find(ann, one.id))->shows, expected);
}

TEST_P(ChartService, ChangesAtTheSameTimeAreBothKept) {
  const auto one = made(ann);
  auto first = await_on(0, charts->change(ann, one.id, {.name = "named"}, sql::always));
  auto second = await_on(1, charts->change(ann, one.id, {.days = 90}, sql::always));
  ASSERT_TRUE(first.get());
  ASSERT_TRUE(second.get());
  const auto found = await(charts->find(ann, one.id));
  EXPECT_EQ(found->shows.name, "named");
  EXPECT_EQ(found->shows.days, 90);
}

TEST_P(ChartService, WhatTwoChangesMakeTogetherIsLookedAt) {
  const auto one = made(ann);
  // While a market is asked that has BTCUSDT only, the chart becomes one of ETHUSDT.
  exchange.only = "BTC";
  exchange.while_asked = [&] {
    auto shows = one.shows;
    shows.of.symbol = "ETHUSDT";
    const auto job = [&](sql::session& in) { return statements::update_chart(in, ann, one.id, shows, clock.now()); };
    EXPECT_TRUE(store->write_now(job).value());
  };
  const auto changed = await(charts->change(ann, one.id, {.where = market::venue::usdt_futures}, sql::always));
  ASSERT_FALSE(changed);
  EXPECT_EQ(fault_of(changed.error()), "/symbol unknown_symbol");
  EXPECT_EQ(await(charts->find(ann, one.id))->shows.of.where, market::venue::spot);
}

TEST_P(ChartService, WhatIsDeletedMakesRoom) {
  const auto shelf = [this](std::int64_t count) {
    const auto job = [count](sql::session& in) {
      statements::hold_shelf(in, ann);
      return statements::claim_charts(in, ann, count);
    };
    return store->write_now(job).value();
  };
  const auto one = made(ann);
  ASSERT_TRUE(shelf(most_charts - 1));
  EXPECT_EQ(await(charts->create(ann, wish(), sql::always)).error().type, "too-many-charts");
  EXPECT_EQ(await(charts->duplicate(ann, one.id, "")).error().type, "too-many-charts");
  EXPECT_TRUE(await(charts->create(bob, wish(), sql::always)));
  ASSERT_TRUE(await(charts->remove(ann, one.id)));
  EXPECT_TRUE(await(charts->create(ann, wish(), sql::always)));
  EXPECT_EQ(await(charts->create(ann, wish(), sql::always)).error().type, "too-many-charts");
}

// The exchange may take seconds, and whoever asked may have been shown the door meanwhile.
TEST_P(ChartService, WhoMayNoLongerChangesNothing) {
  const auto one = made(ann);
  const auto over = [](sql::session&) -> base::result<void> {
    return base::error{errc::unauthenticated, "invalid-token", "", "over"};
  };
  EXPECT_EQ(await(charts->create(ann, wish(), over)).error().code, errc::unauthenticated);
  EXPECT_EQ(await(charts->change(ann, one.id, {.symbol = "ETHUSDT"}, over)).error().code, errc::unauthenticated);
  EXPECT_EQ(await(charts->add_favourite(ann, market::venue::spot, "BTCUSDT", over)).error().code,
            errc::unauthenticated);
  new_multi_timeframe grid{.shows = wish().shows, .intervals = {market::interval::h1}};
  EXPECT_EQ(await(layouts->create_multi_timeframe(ann, std::move(grid), over)).error().code, errc::unauthenticated);
  const auto there = await(charts->list(ann, {}, {}, 10)).value();
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there.front().shows, one.shows);
  EXPECT_TRUE(await(charts->favourites(ann))->empty());
  EXPECT_TRUE(await(layouts->list(ann, {}, 10))->empty());
}

TEST_P(ChartService, ARequestWithAKeyIsDoneOnce) {
  const auto one = made(ann, wish("BTCUSDT", "key"));
  EXPECT_EQ(made(ann, wish("BTCUSDT", "key")).id, one.id);
  EXPECT_EQ(await(charts->create(ann, wish("ETHUSDT", "key"), sql::always)).error().type, "idempotency-key-reused");
  EXPECT_EQ(await(charts->duplicate(ann, one.id, "key")).error().type, "idempotency-key-reused");
  EXPECT_NE(made(bob, wish("BTCUSDT", "key")).id, one.id);
  const auto copy = await(charts->duplicate(ann, one.id, "other")).value();
  EXPECT_EQ(await(charts->duplicate(ann, one.id, "other"))->id, copy.id);
  EXPECT_NE(copy.id, one.id);
  // Whatever the exchange says meanwhile: after a restart it has to be asked again, and is away.
  market::market_service forgotten(market_loop.at(0), exchange, *store, clock);
  exchange.is_away = true;
  store->write_now([](sql::session& in) { return in.execute("DELETE FROM market_instruments"); }).value();
  forgotten.start();
  chart_service again(*store, forgotten, clock);
  EXPECT_EQ(await(again.create(ann, wish("BTCUSDT", "key"), sql::always))->id, one.id);
  forgotten.stop();
  exchange.is_away = false;
  clock.advance(std::chrono::hours(25));
  EXPECT_NE(made(ann, wish("ETHUSDT", "key")).id, one.id) << "after a day it is another request";
  EXPECT_EQ(await(charts->list(ann, {}, {}, 100))->size(), 3U);
}

TEST_P(ChartService, FavouritesAreOfTheExchange) {
  EXPECT_TRUE(await(charts->add_favourite(ann, market::venue::spot, "BTCUSDT", sql::always)));
  EXPECT_TRUE(await(charts->add_favourite(ann, market::venue::spot, "BTCUSDT", sql::always))) << "it is one already";
  EXPECT_EQ(fault_of(await(charts->add_favourite(ann, market::venue::spot, "NOSUCH", sql::always)).error()),
            "/symbol unknown_symbol");
  EXPECT_EQ(await(charts->favourites(ann))->size(), 1U);
  EXPECT_TRUE(await(charts->favourites(bob))->empty());
  const auto fill = [](sql::session& in) {
    statements::hold_shelf(in, ann);
    return statements::claim_favourites(in, ann, most_favourites - 1);
  };
  ASSERT_TRUE(store->write_now(fill).value());
  EXPECT_TRUE(await(charts->add_favourite(ann, market::venue::spot, "BTCUSDT", sql::always))) << "no more than before";
  EXPECT_EQ(await(charts->add_favourite(ann, market::venue::spot, "ETHUSDT", sql::always)).error().type,
            "too-many-favourites");
  EXPECT_TRUE(await(charts->remove_favourite(ann, market::venue::spot, "BTCUSDT")));
  EXPECT_TRUE(await(charts->remove_favourite(ann, market::venue::spot, "BTCUSDT"))) << "it was none";
  EXPECT_TRUE(await(charts->add_favourite(ann, market::venue::spot, "ETHUSDT", sql::always)));
}

}  // namespace kontor::chart
