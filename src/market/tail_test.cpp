#include "market/tail.hpp"

#include "market/market_fixture.hpp"

namespace kontor::market {
namespace {

candle closing(std::int64_t time, double close) {
  auto out = made_at(time);
  out.close = close;
  return out;
}
std::vector<candle> rows_in(const tail& of) {
  return {of.rows().begin(), of.rows().end()};
}

constexpr auto first = noon_minute;
constexpr auto second = noon_minute + minute;

}  // namespace

TEST(Tail, WhatIsCorrectedWhileItIsStoredIsStoredAgain) {
  tail newest;
  newest.heard(std::vector<candle>{closing(first, 1), closing(second, 2)}, noon);
  const auto stored = newest.finished(second);
  ASSERT_TRUE(stored);
  // On the way to the database.
  newest.heard(std::vector<candle>{closing(first, 7), closing(second, 2)}, noon);
  newest.settled(*stored);
  const auto again = newest.finished(second);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->candles, std::vector<candle>{closing(first, 7)});
  newest.settled(*again);
  EXPECT_FALSE(newest.finished(second));
  EXPECT_EQ(newest.from(), second);
}

TEST(Tail, AnAnswerThatWasLongOnItsWayReplacesNothingThatWasHeardAndStored) {
  tail newest;
  newest.heard(std::vector<candle>{closing(first, 1)}, noon);
  const auto breaks = newest.breaks();
  newest.heard(std::vector<candle>{closing(first, 5), closing(second, 2)}, noon);
  newest.settled(newest.finished(second).value());
  newest.asked(first, std::vector<candle>{closing(first, 1)}, noon, breaks);
  EXPECT_EQ(newest.from(), second);
  EXPECT_EQ(rows_in(newest), std::vector<candle>{closing(second, 2)});
}

TEST(Tail, AnAnswerOfBeforeABreakDoesNotEndTheDoubt) {
  tail newest;
  const auto breaks = newest.breaks();
  newest.broke();
  newest.asked(first, std::vector<candle>{closing(first, 1)}, noon, breaks);
  EXPECT_TRUE(newest.is_doubtful());
  newest.asked(first, std::vector<candle>{closing(first, 1)}, noon, newest.breaks());
  EXPECT_FALSE(newest.is_doubtful());
  newest.broke();
  newest.heard(std::vector<candle>{closing(second + minute, 1)}, noon);
  newest.asked(first, std::vector<candle>{closing(first, 1)}, noon, breaks);
  EXPECT_EQ(newest.from(), second + minute) << "what is between is not known";
}

}  // namespace kontor::market
