#include "chart/layout_statements.hpp"

#include "chart/chart_export.hpp"
#include "chart/chart_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::chart {
namespace {

struct Layouts : on_charts {
  layout put(const base::user_id& owner, const std::vector<chart>& charts, std::int64_t grid = 4) {
    const auto made = layout_of("side by side", grid);
    write([&](sql::session& in) {
      statements::insert_layout(in, owner, made);
      for (std::size_t i = 0; i < charts.size(); ++i)
        EXPECT_TRUE(statements::place_chart(in, owner, made.id, static_cast<std::int64_t>(i), charts[i].id));
      return true;
    });
    return made;
  }
  std::optional<filled_layout> shown(const base::user_id& owner, const layout_id& which) {
    return write([owner, which](sql::session& in) { return statements::find_filled(in, owner, which); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Layouts, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Layouts, HoldTheirChartsInOrder) {
  const auto one = keep(ann, chart_of("BTCUSDT"));
  const auto two = keep(ann, chart_of("ETHUSDT"));
  const auto made = put(ann, {two, one});
  const auto found = shown(ann, made.id);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->charts.size(), 2U);
  EXPECT_EQ(found->charts[0].id, two.id);
  EXPECT_EQ(found->charts[1].id, one.id);
  EXPECT_EQ(found->head.grid, 4);
  EXPECT_TRUE(found->head.links_time);
  EXPECT_FALSE(found->head.links_symbol);
}

TEST_P(Layouts, NeverHoldAChartOfSomebodyElse) {
  const auto hers = keep(ann, chart_of("BTCUSDT"));
  const auto made = put(bob, {});
  EXPECT_FALSE(write([&](sql::session& in) { return statements::place_chart(in, bob, made.id, 0, hers.id); }));
  EXPECT_FALSE(write([&](sql::session& in) {
    return statements::place_chart(in, bob, made.id, 0, crypto::random_id<chart_id>());
  })) << "as one that is not there";
  EXPECT_TRUE(shown(bob, made.id)->charts.empty());
}

TEST_P(Layouts, OfSomebodyElseAreNotThere) {
  const auto made = put(ann, {keep(ann, chart_of("BTCUSDT"))});
  EXPECT_FALSE(shown(bob, made.id));
  const auto done = write([&made](sql::session& in) {
    statements::clear_places(in, bob, made.id, 0);
    return std::vector<bool>{statements::hold_layout(in, bob, made.id), statements::update_layout(in, bob, made),
                             statements::delete_layout(in, bob, made.id)};
  });
  EXPECT_EQ(done, (std::vector<bool>{false, false, false}));
  EXPECT_EQ(shown(ann, made.id)->charts.size(), 1U);
}

TEST_P(Layouts, LoseAChartThatIsDeletedAndKeepTheRest) {
  const auto one = keep(ann, chart_of("BTCUSDT"));
  const auto two = keep(ann, chart_of("ETHUSDT"));
  const auto made = put(ann, {one, two});
  EXPECT_TRUE(write([&](sql::session& in) { return statements::delete_chart(in, ann, one.id); }));
  const auto found = shown(ann, made.id);
  ASSERT_EQ(found->charts.size(), 1U);
  EXPECT_EQ(found->charts[0].id, two.id);
  EXPECT_TRUE(write([&](sql::session& in) { return statements::delete_layout(in, ann, made.id); }));
  EXPECT_TRUE(find(ann, two.id)) << "its charts stay";
}

TEST_P(Layouts, AreListedByTheirLatestChangeWithTheirCharts) {
  const auto first = put(ann, {keep(ann, chart_of("BTCUSDT"))});
  const auto second = put(ann, {});
  put(bob, {});
  auto changed = first;
  changed.name = "renamed";
  changed.grid = 1;
  changed.updated_at = noon + std::chrono::seconds(1);
  EXPECT_TRUE(write([&](sql::session& in) { return statements::update_layout(in, ann, changed); }));
  const auto page = [this](const statements::list_place& after) {
    return write([&](sql::session& in) { return statements::list_layouts(in, ann, after, 1); });
  };
  const auto top = page({});
  ASSERT_EQ(top.size(), 1U);
  EXPECT_EQ(top[0].head.id, first.id);
  EXPECT_EQ(top[0].head.name, "renamed");
  EXPECT_EQ(top[0].charts.size(), 1U);
  const auto next = page({.updated_at = base::to_microseconds(top[0].head.updated_at), .id = top[0].head.id.str()});
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].head.id, second.id);
}

TEST_P(Layouts, AreInTheArchiveWithTheIdsOfTheirCharts) {
  const auto one = keep(ann, chart_of("BTCUSDT"));
  const auto two = keep(ann, chart_of("ETHUSDT"));
  put(ann, {one, two});
  const auto page = write([](sql::session& in) { return layout_export().read(in, ann, std::nullopt); });
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(page.rows[0][5]), one.id.str() + " " + two.id.str());
  EXPECT_TRUE(write([](sql::session& in) { return layout_export().read(in, bob, std::nullopt); }).rows.empty());
}

}  // namespace kontor::chart
