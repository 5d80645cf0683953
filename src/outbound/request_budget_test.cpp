#include "outbound/request_budget.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using time_point = request_budget::time_point;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

const time_point start = time_point() + 1000h;

std::int64_t after(time_point at) {
  return duration_cast<milliseconds>(at - start).count();
}

std::vector<std::int64_t> turns(request_budget& of, int count, std::string_view endpoint = "candles",
                                time_point now = start) {
  std::vector<std::int64_t> out;
  for (int i = 0; i < count; ++i) {
    const auto turn = of.take(endpoint, now, now + 10s);
    out.push_back(turn ? after(turn->at) : -1);
  }
  return out;
}

}  // namespace

TEST(RequestBudget, GivesABurstAndThenAnEvenPace) {
  request_budget budget({.per_second = 10, .burst = 3});
  EXPECT_EQ(turns(budget, 6), (std::vector<std::int64_t>{0, 0, 0, 100, 200, 300}));
  EXPECT_EQ(turns(budget, 1, "tickers"), (std::vector<std::int64_t>{0})) << "each endpoint has its own";
  // A pause fills the bucket again, and not beyond its size.
  EXPECT_EQ(turns(budget, 4, "candles", start + 1h), (std::vector<std::int64_t>{3600000, 3600000, 3600000, 3600100}));
}

TEST(RequestBudget, NeverGivesMoreThanTheExchangeTakes) {
  request_budget budget;
  std::vector<std::int64_t> all;
  for (auto now = start; now < start + 20s; now += 7ms)
    if (const auto turn = budget.take("candles", now, now + 10s)) {
      all.push_back(after(turn->at));
      budget.give_up("candles");
    }
  ASSERT_GT(all.size(), 200u);
  EXPECT_TRUE(std::ranges::is_sorted(all)) << "in order";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto within = std::ranges::upper_bound(all, all[i] + 999) - (all.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_LE(within, 15) << "10 a second and a burst of 5";
  }
}

TEST(RequestBudget, AllEndpointsTogetherHaveALimit) {
  request_budget budget({.per_second = 10, .burst = 1, .all_per_second = 20, .all_burst = 2});
  std::vector<std::int64_t> all;
  for (const char* name : {"a", "b", "c", "d"})
    all.push_back(turns(budget, 1, name).at(0));
  EXPECT_EQ(all, (std::vector<std::int64_t>{0, 0, 50, 100}));
}

TEST(RequestBudget, RefusesWhatWouldComeTooLate) {
  request_budget budget({.per_second = 10, .burst = 1, .most_waiting = 1000});
  const auto all = turns(budget, 102);
  EXPECT_EQ(all.at(100), 10'000);
  EXPECT_EQ(all.at(101), -1);
  // What was refused takes no turn.
  EXPECT_TRUE(budget.take("candles", start, start + 10'100ms).has_value());
}

TEST(RequestBudget, RefusesWhenTooManyWait) {
  request_budget budget({.per_second = 10, .burst = 1, .most_waiting = 3});
  EXPECT_EQ(turns(budget, 4), (std::vector<std::int64_t>{0, 100, 200, -1}));
  budget.give_up("candles");
  EXPECT_EQ(turns(budget, 2), (std::vector<std::int64_t>{300, -1}));
}

// llm.md and bitget.md §2: at least a second, twice as long each time, shared by everybody.
TEST(RequestBudget, PausesWhenTheExchangeHadEnough) {
  request_budget budget({.per_second = 10, .burst = 5});
  const auto first = budget.take("candles", start, start + 10s);
  const auto second = budget.take("candles", start, start + 10s);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(budget.begin("candles", *first));
  budget.push_back("candles", start, start + 50ms, 0.5);
  EXPECT_FALSE(budget.begin("candles", *second)) << "its turn is before the end of the pause";
  EXPECT_EQ(after(budget.free_at("candles", start)), 1300);
  // Not all at once after the pause.
  const auto anew = turns(budget, 6, "candles", start + 60ms);
  EXPECT_EQ(anew, (std::vector<std::int64_t>{1300, 1300, 1300, 1300, 1300, 1400}));
  EXPECT_EQ(turns(budget, 1, "tickers"), (std::vector<std::int64_t>{0})) << "other endpoints go on";

  // Answers to what was asked before the pause do not make it longer.
  budget.push_back("candles", start + 10ms, start + 70ms, 0.9);
  EXPECT_EQ(after(budget.free_at("candles", start)), 1300);

  struct row {
    std::int64_t asked;
    double random;
    std::int64_t pause;
  };
  for (const auto& [asked, random, pause] : {row{2'000, 0, 2'000},
                                             {5'000, 0.999999, 6'000},
                                             {20'000, 0, 8'000},
                                             {40'000, 0, 16'000},
                                             {80'000, 0, 30'000},
                                             {120'000, 0, 30'000}}) {
    const auto at = start + milliseconds(asked);
    budget.push_back("candles", at, at, random);
    EXPECT_NEAR(static_cast<double>(after(budget.free_at("candles", at)) - asked), static_cast<double>(pause), 2.0);
  }
  budget.went_well("candles", start + 10'000ms);
  budget.push_back("candles", start + 200s, start + 200s, 0);
  EXPECT_EQ(after(budget.free_at("candles", start)), 230'000) << "an answer from before the pause says nothing";
  budget.went_well("candles", start + 240s);
  budget.push_back("candles", start + 250s, start + 250s, 0);
  EXPECT_EQ(after(budget.free_at("candles", start)), 251'000);
}

TEST(RequestBudget, SaysWhatIsLeftAndWhoWaits) {
  request_budget budget({.per_second = 10, .burst = 5, .all_per_second = 10, .all_burst = 4});
  EXPECT_EQ(budget.left(start), 4.0);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(budget.take("candles", start, start + 10s));
  EXPECT_NEAR(budget.left(start), 1.0, 0.001);
  EXPECT_EQ(budget.waiting(), 3u);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(budget.take("tickers", start, start + 10s));
  EXPECT_EQ(budget.left(start), 0.0) << "never less";
  EXPECT_EQ(budget.waiting(), 6u);
  budget.give_up("candles");
  EXPECT_EQ(budget.waiting(), 5u);
  EXPECT_EQ(budget.left(start + 60s), 4.0);
}

TEST(RequestBudget, BacksOffFurtherEachTime) {
  struct row {
    unsigned failures;
    double random;
    std::int64_t wait;
  };
  for (const auto& [failures, random, wait] : {row{0, 0.5, 1000},
                                               {1, 0.0, 1000},
                                               {1, 0.99, 1000},
                                               {2, 0.0, 1000},
                                               {2, 0.5, 1500},
                                               {3, 0.0, 2000},
                                               {7, 0.0, 30'000},
                                               {7, 0.99999, 60'000},
                                               {1'000'000, 0.99999, 60'000}})
    EXPECT_NEAR(static_cast<double>(back_off(failures, 1s, 60s, random).count()), static_cast<double>(wait), 2.0)
        << failures << " " << random;
}

}  // namespace kontor::outbound
