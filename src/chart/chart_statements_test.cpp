#include "chart/chart_statements.hpp"

#include "chart/beginning.hpp"
#include "chart/chart_export.hpp"
#include "chart/chart_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace kontor::chart {
namespace {

using market::venue;

struct Charts : on_charts {};
INSTANTIATE_TEST_SUITE_P(Databases, Charts, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Charts, AreReadBackAsTheyWereKept) {
  const auto kept = keep(ann, chart_of("BTCUSDT"));
  const auto found = find(ann, kept.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shows, kept.shows);
  EXPECT_EQ(found->made_by, maker::model);
  EXPECT_EQ(found->created_at, noon);
}

TEST_P(Charts, OfSomebodyElseAreNotThere) {
  const auto hers = keep(ann, chart_of("BTCUSDT"));
  EXPECT_FALSE(find(bob, hers.id));
  EXPECT_TRUE(list(bob).empty());
  const auto done = write([&hers](sql::session& in) {
    return std::vector<bool>{statements::hold_chart(in, bob, hers.id),
                             statements::update_chart(in, bob, hers.id, chart_of("X").shows, noon),
                             statements::delete_chart(in, bob, hers.id)};
  });
  EXPECT_EQ(done, (std::vector<bool>{false, false, false}));
  EXPECT_EQ(find(ann, hers.id)->shows, hers.shows);
}

TEST_P(Charts, AreListedByTheirLatestChangeInPagesWithoutAGap) {
  std::vector<chart_id> kept;
  for (int i = 0; i < 7; ++i)
    // Two of the same moment each.
    kept.push_back(keep(ann, chart_of(i % 2 == 0 ? "BTCUSDT" : "ETHUSDT", noon + std::chrono::seconds(i / 2))).id);
  keep(bob, chart_of("BTCUSDT"));
  std::vector<chart_id> seen;
  statements::list_place after;
  for (int page = 0; page < 4; ++page)
    for (const auto& one : list(ann, {}, after, 2)) {
      seen.push_back(one.id);
      after = {.updated_at = base::to_microseconds(one.updated_at), .id = one.id.str()};
    }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()), std::set(kept.begin(), kept.end()));
  const auto all = list(ann);
  EXPECT_TRUE(std::ranges::is_sorted(all, std::ranges::greater(), &chart::updated_at));
  EXPECT_EQ(list(ann, {.where = std::nullopt, .symbol = "ETHUSDT"}).size(), 3U);
  EXPECT_EQ(list(ann, {.where = venue::spot, .symbol = "BTCUSDT"}).size(), 4U);
  EXPECT_TRUE(list(ann, {.where = venue::usdt_futures, .symbol = ""}).empty());
}

TEST_P(Charts, AreAsManyAsMayBe) {
  const auto claim = [this](std::int64_t count) {
    return write([count](sql::session& in) {
      statements::hold_shelf(in, ann);
      return statements::claim_charts(in, ann, count, 5);
    });
  };
  EXPECT_TRUE(claim(4));
  EXPECT_FALSE(claim(2));
  EXPECT_TRUE(claim(1));
  EXPECT_FALSE(claim(1));
  EXPECT_TRUE(claim(-1));
  EXPECT_TRUE(claim(1));
}

TEST_P(Charts, ARequestThatComesAgainIsKnownForADay) {
  const auto by = request_of("key", "this");
  const auto made = chart_of("BTCUSDT");
  write([&](sql::session& in) {
    statements::insert_chart(in, ann, made, by);
    return true;
  });
  const auto look = [this](const base::user_id& owner, const std::optional<statements::request>& request,
                           base::timestamp now) {
    return store->write_now([&](sql::session& in) { return find_made(in, owner, request, now); });
  };
  const auto later = noon + std::chrono::hours(24);
  EXPECT_EQ(look(ann, by, later).value(), made.id.value());
  EXPECT_EQ(look(ann, std::nullopt, noon).value(), std::nullopt);
  EXPECT_EQ(look(bob, by, noon).value(), std::nullopt) << "of somebody else";
  EXPECT_EQ(look(ann, request_of("key", "that"), noon).error().type, "idempotency-key-reused");
  EXPECT_EQ(look(ann, request_of("other", "this"), noon).value(), std::nullopt);
  EXPECT_EQ(look(ann, by, later + std::chrono::microseconds(1)).value(), std::nullopt);
  EXPECT_EQ(look(ann, request_of("key", "that"), noon).value(), std::nullopt) << "the key is free again";
  EXPECT_FALSE(request_of("", "this"));
}

TEST_P(Charts, FavouritesAreKeptOnceInTheirOrder) {
  const auto add = [this](const base::user_id& owner, const std::string& symbol, int second) {
    return write([owner, symbol, second](sql::session& in) {
      return statements::insert_favourite(
          in, owner, {.where = venue::spot, .symbol = symbol, .added_at = noon + std::chrono::seconds(second)});
    });
  };
  EXPECT_TRUE(add(ann, "XRPUSDT", 1));
  EXPECT_TRUE(add(ann, "BTCUSDT", 2));
  EXPECT_FALSE(add(ann, "XRPUSDT", 3));
  EXPECT_TRUE(add(bob, "XRPUSDT", 1));
  const auto of = [this](const base::user_id& owner) {
    std::vector<std::string> symbols;
    for (const auto& one : write([owner](sql::session& in) { return statements::list_favourites(in, owner); }))
      symbols.push_back(one.symbol);
    return symbols;
  };
  EXPECT_EQ(of(ann), (std::vector<std::string>{"XRPUSDT", "BTCUSDT"}));
  EXPECT_TRUE(write([](sql::session& in) { return statements::delete_favourite(in, ann, venue::spot, "XRPUSDT"); }));
  EXPECT_FALSE(write([](sql::session& in) { return statements::delete_favourite(in, ann, venue::spot, "XRPUSDT"); }));
  EXPECT_EQ(of(ann), std::vector<std::string>{"BTCUSDT"});
  EXPECT_EQ(of(bob), std::vector<std::string>{"XRPUSDT"});
}

TEST_P(Charts, GoWithTheAccount) {
  const auto hers = keep(ann, chart_of("BTCUSDT"));
  const auto his = keep(bob, chart_of("BTCUSDT"));
  write([&](sql::session& in) {
    const auto pair = layout_of("both");
    statements::insert_layout(in, ann, pair);
    statements::place_chart(in, ann, pair.id, 0, hers.id);
    statements::insert_favourite(in, ann, {.where = venue::spot, .symbol = "BTCUSDT", .added_at = noon});
    return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}});
  });
  EXPECT_FALSE(find(ann, hers.id));
  EXPECT_TRUE(find(bob, his.id));
  const auto left = write([](sql::session& in) {
    constexpr sql::query<std::int64_t> count{
        "SELECT (SELECT COUNT(*) FROM charts) + (SELECT COUNT(*) FROM layouts) + (SELECT COUNT(*) FROM layout_charts)"
        " + (SELECT COUNT(*) FROM favourites) + (SELECT COUNT(*) FROM chart_shelves)"};
    return std::get<0>(in.first(count).value());
  });
  EXPECT_EQ(left, 2) << "his chart, and his shelf";
}

TEST_P(Charts, AreInTheArchiveOfTheirOwnerAlone) {
  for (int i = 0; i < 201; ++i)
    keep(ann, chart_of("BTCUSDT"));
  keep(bob, chart_of("ETHUSDT"));
  const auto& source = chart_export();
  std::set<std::string> ids;
  std::optional<std::string> from;
  int pages = 0;
  do {
    const auto page = write([&](sql::session& in) { return source.read(in, ann, from); });
    for (const auto& row : page.rows) {
      EXPECT_EQ(row.size(), source.columns().size());
      ids.insert(std::get<std::string>(row.front()));
    }
    from = page.next;
    ++pages;
  } while (from && pages < 10);
  EXPECT_EQ(ids.size(), 201U);
  EXPECT_EQ(pages, 2);
}

}  // namespace kontor::chart
