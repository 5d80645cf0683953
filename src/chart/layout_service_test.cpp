#include "chart/layout_service.hpp"

#include "chart/service_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::chart {
namespace {

using base::errc;

struct LayoutService : on_services {
  filled_layout put(const base::user_id& owner, std::vector<chart_id> of, std::int64_t grid = 4, std::string key = "") {
    new_layout what{.name = "L", .grid = grid, .charts = std::move(of), .request_key = std::move(key)};
    return await(layouts->create(owner, std::move(what))).value();
  }
  static std::vector<chart_id> ids(const filled_layout& of) {
    std::vector<chart_id> out;
    for (const auto& each : of.charts)
      out.push_back(each.id);
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, LayoutService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(LayoutService, HoldsOnesOwnChartsAndNoOthers) {
  const auto one = made(ann).id;
  const auto two = made(ann).id;
  const auto his = made(bob).id;
  EXPECT_EQ(ids(put(ann, {two, one})), (std::vector{two, one}));
  for (const auto& foreign : {his, crypto::random_id<chart_id>()}) {
    new_layout what{.name = "L", .grid = 4, .charts = {one, foreign}};
    const auto refused = await(layouts->create(ann, std::move(what)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields,
              (std::vector<base::field_error>{{"/charts/1", "unknown_chart", "There is no such chart."}}));
  }
  EXPECT_EQ(await(layouts->list(ann, {}, 100))->size(), 1U) << "what was refused left nothing";
}

TEST_P(LayoutService, ASmallerGridKeepsTheFirstCharts) {
  const auto one = made(ann).id;
  const auto two = made(ann).id;
  const auto three = made(ann).id;
  const auto made_one = put(ann, {one, two, three});
  // A gap at the first place.
  ASSERT_TRUE(await(charts->remove(ann, one)));
  const auto smaller = await(layouts->change(ann, made_one.head.id, {.grid = 1}));
  ASSERT_TRUE(smaller);
  EXPECT_EQ(ids(*smaller), std::vector{two});
  const auto refused = await(layouts->change(ann, made_one.head.id, {.charts = std::vector{two, three}}));
  EXPECT_EQ(refused.error().fields.front().path, "/charts");
  EXPECT_EQ(ids(await(layouts->find(ann, made_one.head.id)).value()), std::vector{two});
  const auto larger = await(layouts->change(ann, made_one.head.id, {.grid = 2, .charts = std::vector{three, two}}));
  EXPECT_EQ(ids(*larger), (std::vector{three, two}));
}

TEST_P(LayoutService, OfSomebodyElseNothingIsThere) {
  const auto hers = put(ann, {made(ann).id});
  EXPECT_EQ(await(layouts->find(bob, hers.head.id)).error().code, errc::not_found);
  EXPECT_EQ(await(layouts->change(bob, hers.head.id, {.name = "mine"})).error().code, errc::not_found);
  EXPECT_EQ(await(layouts->remove(bob, hers.head.id)).error().code, errc::not_found);
  EXPECT_EQ(await(layouts->find(ann, hers.head.id))->head.name, "L");
  EXPECT_TRUE(await(layouts->remove(ann, hers.head.id)));
  EXPECT_EQ(await(layouts->remove(ann, hers.head.id)).error().code, errc::not_found);
}

TEST_P(LayoutService, SeveralIntervalsAreMadeTogetherOrNotAtAll) {
  new_multi_timeframe what;
  what.shows.of.symbol = "BTCUSDT";
  what.shows.days = 9;
  what.intervals = {market::interval::m15, market::interval::h1, market::interval::h4};
  what.request_key = "key";
  auto copy = what;
  const auto desk = await(layouts->create_multi_timeframe(ann, std::move(copy), sql::always));
  ASSERT_TRUE(desk);
  EXPECT_EQ(desk->head.name, "BTCUSDT");
  EXPECT_EQ(desk->head.grid, 4);
  ASSERT_EQ(desk->charts.size(), 3U);
  EXPECT_EQ(desk->charts[1].shows.of.every, market::interval::h1);
  EXPECT_EQ(desk->charts[1].shows.days, 9);
  copy = what;
  EXPECT_EQ(await(layouts->create_multi_timeframe(ann, std::move(copy), sql::always))->head.id, desk->head.id);
  copy = what;
  copy.intervals.pop_back();
  EXPECT_EQ(await(layouts->create_multi_timeframe(ann, std::move(copy), sql::always)).error().type,
            "idempotency-key-reused");

  const auto fill = [](sql::session& in) {
    statements::hold_shelf(in, ann);
    return statements::claim_charts(in, ann, most_charts - 3 - 2);
  };
  ASSERT_TRUE(store->write_now(fill).value());
  copy = what;
  copy.request_key.clear();
  EXPECT_EQ(await(layouts->create_multi_timeframe(ann, std::move(copy), sql::always)).error().type, "too-many-charts");
  copy = what;
  copy.request_key.clear();
  copy.intervals.push_back(market::interval::h2);
  EXPECT_EQ(await(layouts->create_multi_timeframe(ann, std::move(copy), sql::always)).error().fields.front().path,
            "/intervals/3");
  EXPECT_EQ(await(charts->list(ann, {}, {}, 100))->size(), 3U);
  EXPECT_EQ(await(layouts->list(ann, {}, 100))->size(), 1U);
}

TEST_P(LayoutService, AsManyAsMayBe) {
  const auto one = made(ann).id;
  const auto fill = [](sql::session& in) {
    statements::hold_shelf(in, ann);
    return statements::claim_layouts(in, ann, most_layouts - 1);
  };
  ASSERT_TRUE(store->write_now(fill).value());
  const auto last = put(ann, {one});
  new_layout what{.name = "L", .grid = 1, .charts = {one}};
  EXPECT_EQ(await(layouts->create(ann, std::move(what))).error().type, "too-many-layouts");
  ASSERT_TRUE(await(layouts->remove(ann, last.head.id)));
  EXPECT_EQ(ids(put(ann, {one})), std::vector{one});
}

}  // namespace kontor::chart
