#include "market/heard_check.hpp"

#include "market/market_fixture.hpp"

#include <array>
#include <string>
#include <string_view>

namespace kontor::market {
namespace {

// A digit is a candle of the minute with that close, `.` a minute without one; the first is that of noon.
std::vector<candle> rows_of(std::string_view text) {
  std::vector<candle> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') continue;
    out.push_back(made_at(noon_minute + static_cast<std::int64_t>(i) * minute));
    out.back().close = text[i] - '0';
  }
  return out;
}

std::string text_of(const page& what) {
  std::string out;
  for (auto time = what.known.from; time < what.known.to; time += minute) {
    const auto found = std::ranges::find(what.candles, time, &candle::time);
    out += found == what.candles.end() ? '.' : static_cast<char>('0' + static_cast<int>(found->close));
  }
  return out;
}

std::int64_t minutes(std::size_t count) {
  return noon_minute + static_cast<std::int64_t>(count) * minute;
}

std::optional<checked_candles> check(std::string_view heard, std::string_view told,
                                     std::int64_t asked_from = noon_minute) {
  const page here{.known = {noon_minute, minutes(heard.size())}, .candles = rows_of(heard)};
  const told_candles there{.rows = rows_of(told), .asked = {asked_from, minutes(heard.size() + 1)}};
  return check_heard(interval::m1, here, there, noon, std::chrono::hours(24));
}

}  // namespace

TEST(HeardCheck, WhatIsToldWins) {
  struct row {
    std::string_view heard, told, kept, settled;
    bool is_different;
  };
  // What is told ends with the candle that grows.
  constexpr std::array<row, 9> rows{{
      {"123", "1239", "123", "123", false},
      {"123", "1249", "124", "123", true},   // the end of the last one was not heard
      {"1.3", "1239", "123", "1.3", true},   // a whole one was not heard
      {"1.3", "1.39", "1.3", "1.3", false},  // nothing was traded
      {"123", "1.39", "123", "123", false},  // what was heard was traded
      {"123", "123", "12", "12", false},     // the answer does not know yet that the last one is over
      {"123", "923", "92", "12", true},
      {"123", "12", "1", "1", false},
      {"..3", "..39", "..3", "..3", false},
  }};
  for (const auto& [heard, told, kept, settled, is_different] : rows) {
    const auto right = check(heard, told);
    ASSERT_TRUE(right) << heard << ' ' << told;
    EXPECT_EQ(text_of(right->known), kept) << heard << ' ' << told;
    EXPECT_EQ(text_of(right->settled), settled) << heard << ' ' << told;
    EXPECT_EQ(right->is_different, is_different) << heard << ' ' << told;
  }
}

TEST(HeardCheck, WhatProvesNothingSettlesNothing) {
  EXPECT_FALSE(check("123", ""));
  EXPECT_FALSE(check("123", "1")) << "nothing before it";
  EXPECT_FALSE(check("123", ".239", noon_minute + minute)) << "not asked from the beginning on";
}

TEST(HeardCheck, DigitsAtTheEndOfAnAmountAreNoDifference) {
  const auto heard = rows_of("12");
  auto told = rows_of("129");
  told[0].volume *= 1 + 1e-12;
  const page here{.known = {noon_minute, minutes(2)}, .candles = heard};
  const auto rounded =
      check_heard(interval::m1, here, {.rows = told, .asked = {noon_minute, minutes(3)}}, noon, std::chrono::hours(24));
  ASSERT_TRUE(rounded);
  EXPECT_FALSE(rounded->is_different);
  told[0].volume *= 1.001;
  EXPECT_TRUE(
      check_heard(interval::m1, here, {.rows = told, .asked = {noon_minute, minutes(3)}}, noon, std::chrono::hours(24))
          ->is_different);
}

TEST(HeardCheck, OnAQuietMarketTimeProvesTheLastOne) {
  const page here{.known = {noon_minute, minutes(2)}, .candles = rows_of("12")};
  const told_candles told{.rows = rows_of("12"), .asked = {noon_minute, minutes(3)}};
  const auto later = noon + std::chrono::hours(25);
  EXPECT_EQ(text_of(check_heard(interval::m1, here, told, later, std::chrono::hours(24))->settled), "12");
}

TEST(HeardCheck, AsksForTheOldestPartThatOneAnswerBrings) {
  scripted_source exchange;
  exchange.most = 200;
  const page few{.known = {noon_minute, minutes(3)}, .candles = {}};
  EXPECT_EQ(question_about(btc_minutes, few, exchange), (time_range{noon_minute, minutes(4)}));
  const page many{.known = {noon_minute, minutes(500)}, .candles = {}};
  EXPECT_EQ(question_about(btc_minutes, many, exchange), (time_range{noon_minute, minutes(200)}));
}

}  // namespace kontor::market
