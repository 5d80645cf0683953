#include "market/coverage.hpp"

#include <gtest/gtest.h>

namespace {

using namespace kontor::market;

coverage of(std::initializer_list<time_range> ranges) {
  coverage out;
  for (const auto& one : ranges)
    out.add(one);
  return out;
}

TEST(Coverage, RangesThatTouchBecomeOne) {
  struct row {
    std::initializer_list<time_range> added;
    const char* text;
  };
  const row rows[] = {
      {{}, ""},
      {{{5, 5}}, ""},
      {{{9, 5}}, ""},
      {{{10, 20}}, "10-20"},
      {{{10, 20}, {20, 30}}, "10-30"},
      {{{20, 30}, {10, 20}}, "10-30"},
      {{{10, 20}, {21, 30}}, "10-20,21-30"},
      {{{21, 30}, {10, 20}}, "10-20,21-30"},
      {{{10, 20}, {30, 40}, {15, 35}}, "10-40"},
      {{{10, 20}, {30, 40}, {50, 60}, {0, 100}}, "0-100"},
      {{{10, 20}, {30, 40}, {50, 60}, {20, 50}}, "10-60"},
      {{{10, 20}, {12, 14}}, "10-20"},
      {{{10, 20}, {30, 40}, {22, 25}}, "10-20,22-25,30-40"},
  };
  for (const auto& [added, text] : rows)
    EXPECT_EQ(of(added).to_text(), text);
}

TEST(Coverage, TellsWhatIsMissing) {
  const auto known = of({{10, 20}, {30, 40}});
  using all = std::vector<time_range>;
  EXPECT_EQ(known.missing({0, 50}), (all{{0, 10}, {20, 30}, {40, 50}}));
  EXPECT_EQ(known.missing({10, 40}), (all{{20, 30}}));
  EXPECT_EQ(known.missing({12, 18}), all{});
  EXPECT_EQ(known.missing({15, 35}), (all{{20, 30}}));
  EXPECT_EQ(known.missing({20, 30}), (all{{20, 30}}));
  EXPECT_EQ(known.missing({22, 25}), (all{{22, 25}}));
  EXPECT_EQ(known.missing({50, 60}), (all{{50, 60}}));
  EXPECT_EQ(known.missing({30, 30}), all{});
  EXPECT_EQ(coverage().missing({1, 2}), (all{{1, 2}}));
}

TEST(Coverage, ContainsWhatOneRangeHolds) {
  const auto known = of({{10, 20}, {30, 40}});
  EXPECT_TRUE(known.contains({10, 20}));
  EXPECT_TRUE(known.contains({25, 25}));
  EXPECT_FALSE(known.contains({9, 20}));
  EXPECT_FALSE(known.contains({10, 21}));
  EXPECT_FALSE(known.contains({15, 35}));
}

TEST(Coverage, IsCutAtLimits) {
  EXPECT_EQ(of({{10, 20}, {30, 40}}).within({15, 35}), of({{15, 20}, {30, 35}}));
  EXPECT_EQ(of({{10, 20}}).within({20, 35}), coverage());
}

TEST(Coverage, IsReadAsItIsWrittenAndNothingElseIs) {
  for (const auto* text : {"", "10-20", "0-9000000000000,9000000000001-9000000000002"}) {
    const auto read = coverage::parse(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->to_text(), text);
  }
  for (const auto* wrong : {"x", "10", "10-", "-", "10-20,", ",10-20", "20-10", "10-10", "10-20,20-30", "10-20,15-30",
                            "30-40,10-20", "10-20 ", " 10-20", "10-99999999999999999999"})
    EXPECT_FALSE(coverage::parse(wrong)) << wrong;
}

}  // namespace
