#include "market/block.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace {

using namespace kontor::market;

constexpr std::int64_t minute = 60'000;

candle at(std::int64_t time, double close = 1.5) {
  return {.time = time, .open = 1, .high = 2, .low = 0.5, .close = close, .volume = 10, .quote_volume = 15};
}

TEST(Block, PiecesOfTimeLieSideBySide) {
  for (const auto every : {interval::m1, interval::h4, interval::d3, interval::w1, interval::month})
    for (const std::int64_t time : {std::int64_t{0}, std::int64_t{1}, block_time(every) - 1, block_time(every),
                                    std::int64_t{1'800'000'000'000}, std::int64_t{-1}}) {
      const auto range = range_of(every, block_of(every, time));
      EXPECT_LE(range.from, time) << name_of(every);
      EXPECT_GT(range.to, time) << name_of(every);
      EXPECT_EQ(range.to, range_of(every, block_of(every, time) + 1).from);
    }
  EXPECT_EQ(block_time(interval::m1), 500 * minute);
}

TEST(Block, IsReadAsItIsWritten) {
  const candle_columns written({at(0), at(minute, 0.1), at(5 * minute, 1e-9)});
  const auto body = body_of(written);
  const auto read = parse_body(body, {0, 500 * minute});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rows(), written.rows());
  for (std::size_t column = 0; column < candle_columns::count; ++column)
    EXPECT_EQ(read->text(column), written.text(column));
  const auto none = parse_body("\n\n\n\n\n\n\n", {0, 1});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->rows().empty());
}

TEST(Block, ForeignTextIsNotRead) {
  const std::string good = "0,60000\n1,1\n2,2\n0.5,0.5\n1.5,1.5\n10,10\n15,15\n";
  ASSERT_TRUE(parse_body(good, {0, 500 * minute}));
  const auto with = [&good](const std::string& from, const std::string& to) {
    auto text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const std::string wrong[] = {"",
                               "\n",
                               "{}",
                               good + "x",
                               good.substr(0, good.size() - 1),
                               good.substr(0, good.size() / 2),
                               with("0,60000", "60000,0"),
                               with("0,60000", "0,0"),
                               with("0,60000", "0,30000000"),
                               with("0,60000", "-1,60000"),
                               with("0,60000", "0,60000,"),
                               with("1,1\n", "1\n"),
                               with("1,1\n", "1,1,1\n"),
                               with("1,1\n", "1,nan\n"),
                               with("1,1\n", "1,inf\n"),
                               with("1,1\n", "1,01\n"),
                               with("1,1\n", "1,1.\n"),
                               with("1,1\n", "1,.5\n"),
                               with("1,1\n", "1, 1\n"),
                               with("1,1\n", "1,1e999\n"),
                               with("1,1\n", "1,<\n"),
                               with("1,1\n", "1,+1\n")};
  for (const auto& text : wrong)
    EXPECT_FALSE(parse_body(text, {0, 500 * minute})) << text;
}

TEST(Block, MergingTwiceIsMergingOnce) {
  block empty;
  const page first{.known = {minute, 4 * minute}, .candles = {at(minute), at(3 * minute)}};
  const auto once = merge(interval::m1, empty, first, 5);
  EXPECT_EQ(once.candles->rows(), first.candles);
  EXPECT_EQ(once.known.to_text(), "60000-240000");
  EXPECT_EQ(once.fetched_at, 5);
  const auto twice = merge(interval::m1, once, first, 4);
  EXPECT_EQ(twice.candles, once.candles) << "nothing new: the same columns";
  EXPECT_EQ(twice.known, once.known);
  EXPECT_EQ(twice.fetched_at, 5);
}

TEST(Block, TheLaterRowWinsAndOthersStay) {
  block empty;
  const auto once = merge(interval::m1, empty, {{0, 3 * minute}, {at(0), at(minute), at(2 * minute)}}, 1);
  const auto more = merge(interval::m1, once, {{minute, 6 * minute}, {at(minute, 9), at(5 * minute)}}, 2);
  const std::vector<candle> expected{at(0), at(minute, 9), at(2 * minute), at(5 * minute)};
  EXPECT_EQ(more.candles->rows(), expected);
  EXPECT_EQ(more.known.to_text(), "0-360000");
}

TEST(Block, TakesItsPartOfAPageOnly) {
  block second;
  second.number = 1;
  const page both{.known = {499 * minute, 502 * minute}, .candles = {at(499 * minute), at(500 * minute)}};
  const auto merged = merge(interval::m1, second, both, 1);
  EXPECT_EQ(merged.candles->rows(), std::vector<candle>{at(500 * minute)});
  EXPECT_EQ(merged.known.to_text(), "30000000-30120000");
}

TEST(Block, WhatAnExchangeSendsIsPutIntoOrder) {
  auto broken = at(3 * minute);
  broken.high = std::nan("");
  auto endless = at(4 * minute);
  endless.volume = std::numeric_limits<double>::infinity();
  const auto tidied = tidy({at(2 * minute), at(minute, 1), broken, at(0), at(minute, 7), endless, at(9 * minute)},
                           {minute, 5 * minute});
  EXPECT_EQ(tidied, (std::vector<candle>{at(minute, 7), at(2 * minute)}));
}

TEST(CandleRange, PartsAreCutFromWhatIsShared) {
  std::vector<candle> rows;
  for (int i = 0; i < 10; ++i)
    rows.push_back(at(i * minute, i + 0.5));
  const auto first = std::make_shared<const candle_columns>(std::vector(rows.begin(), rows.begin() + 6));
  const auto second = std::make_shared<const candle_columns>(std::vector(rows.begin() + 6, rows.end()));
  candle_range all;
  all.append(first, 0, 6);
  all.append(second, 2, 2);
  all.append(second, 0, 4);
  ASSERT_EQ(all.size(), 10U);
  for (std::size_t from = 0; from <= 10; ++from)
    for (std::size_t count = 0; count <= 10; ++count) {
      const auto part = all.part(from, count);
      const std::vector expected(rows.begin() + static_cast<long>(from),
                                 rows.begin() + static_cast<long>(std::min<std::size_t>(10, from + count)));
      std::vector<candle> seen;
      part.for_each([&seen](const candle& each) { seen.push_back(each); });
      EXPECT_EQ(seen, expected);
      std::string text;
      part.append_text(4, text);
      EXPECT_EQ(text, candle_columns(expected).text(4));
    }
  EXPECT_EQ(all.at(7), rows[7]);
  EXPECT_EQ(all.first_from(-1), 0U);
  EXPECT_EQ(all.first_from(6 * minute), 6U);
  EXPECT_EQ(all.first_from(6 * minute + 1), 7U);
  EXPECT_EQ(all.first_from(99 * minute), 10U);
  EXPECT_EQ(all.part(8).to_json(),
            R"({"time":[480000,540000],"open":[1,1],"high":[2,2],"low":[0.5,0.5],"close":[8.5,9.5],)"
            R"("volume":[10,10],"quote_volume":[15,15]})");
  EXPECT_EQ(candle_range().to_json(),
            R"({"time":[],"open":[],"high":[],"low":[],"close":[],"volume":[],"quote_volume":[]})");
}

}  // namespace
