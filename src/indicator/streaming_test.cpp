// Push, peek, clone and compute tell the same.
#include "indicator/series_fixture.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace {

using namespace kontor::indicator;

void expect_same(const values& a, const values& b, const std::string& about) {
  for (std::size_t i = 0; i < most_outputs; ++i) {
    ASSERT_EQ(a[i].has_value(), b[i].has_value()) << about;
    if (a[i]) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(*a[i]), std::bit_cast<std::uint64_t>(*b[i])) << about;
    }
  }
}

// What is shown live is what the chart will show when it is loaded again.
TEST(Streaming, EqualsBatchToTheBitOver20000CandlesOfEveryKind) {
  const auto bars = fixture::walk(20'000, 4);
  for (const auto& what : fixture::every_spec()) {
    const auto columns = compute(what, bars);
    ASSERT_EQ(columns.size(), outputs_of(what.what).size());
    const auto by = start(what);
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const auto peeked = by->peek(bars[i]);
      const auto pushed = by->push(bars[i]);
      ASSERT_NO_FATAL_FAILURE(expect_same(peeked, pushed, to_text(what) + " at " + std::to_string(i)));
      values batch;
      for (std::size_t j = 0; j < columns.size(); ++j)
        if (!std::isnan(columns[j][i])) batch[j] = columns[j][i];
      ASSERT_NO_FATAL_FAILURE(expect_same(batch, pushed, to_text(what) + " at " + std::to_string(i)));
    }
  }
}

TEST(Streaming, APeekChangesNothing) {
  const auto bars = fixture::walk(1200, 5);
  const bar other{.time = bars.back().time + 86'400'000, .open = 1e6, .high = 2e6, .low = 1, .close = 3, .volume = 1e9};
  for (const auto& what : fixture::every_spec()) {
    const auto left_alone = start(what);
    const auto peeked_at = start(what);
    for (const auto& each : bars) {
      (void)peeked_at->peek(other);
      (void)peeked_at->peek(each);
      (void)peeked_at->peek(other);
      ASSERT_NO_FATAL_FAILURE(expect_same(left_alone->push(each), peeked_at->push(each), to_text(what)));
    }
  }
}

TEST(Streaming, ACloneGoesItsOwnWay) {
  const auto bars = fixture::walk(1500, 6);
  const auto others = fixture::walk(700, 7);
  for (const auto& what : fixture::every_spec()) {
    const auto reference = start(what);
    const auto first = start(what);
    for (std::size_t i = 0; i < 777; ++i) {
      (void)reference->push(bars[i]);
      (void)first->push(bars[i]);
    }
    const auto clone = first->clone();
    for (const auto& each : others)
      (void)first->push(each);
    for (std::size_t i = 777; i < bars.size(); ++i)
      ASSERT_NO_FATAL_FAILURE(expect_same(reference->push(bars[i]), clone->push(bars[i]), to_text(what)));
  }
}

TEST(Streaming, NoCandlesGiveColumnsWithoutValues) {
  for (const auto& what : fixture::every_spec()) {
    const auto columns = compute(what, {});
    ASSERT_EQ(columns.size(), outputs_of(what.what).size());
    for (const auto& column : columns)
      EXPECT_TRUE(column.empty());
  }
}

}  // namespace
