#include "chart/answer_places.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "chart/chart_fixture.hpp"

namespace kontor::chart {
namespace {

constexpr answer_limits few{.large = 10, .per_account = 40, .in_all = 60};

}  // namespace

TEST(AnswerPlaces, AreNeededByLargeAnswersOnly) {
  answer_places places(few);
  EXPECT_EQ(places.take(ann, 9).value(), nullptr);
  EXPECT_NE(places.take(ann, 10).value(), nullptr);
}

TEST(AnswerPlaces, OneAccountHasSoManyAndGetsThemBack) {
  answer_places places(few);
  auto first = places.take(ann, 20).value();
  const auto second = places.take(ann, 20).value();
  const auto refused = places.take(ann, 10);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::errc::too_many_requests);
  EXPECT_GT(refused.error().retry_after.count(), 0);
  EXPECT_TRUE(places.take(ann, 9)) << "small ones always go";
  EXPECT_TRUE(places.take(bob, 20)) << "another account has its own";
  first.reset();
  EXPECT_TRUE(places.take(ann, 20));
}

TEST(AnswerPlaces, AllTogetherHaveSoManyAndGetThemBack) {
  answer_places places(few);
  const auto of_ann = places.take(ann, 40).value();
  auto of_bob = places.take(bob, 20).value();
  const auto refused = places.take(bob, 10);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::errc::overloaded);
  EXPECT_GT(refused.error().retry_after.count(), 0);
  of_bob.reset();
  EXPECT_TRUE(places.take(bob, 20));
}

TEST(AnswerPlaces, MayOutliveTheirRoom) {
  std::shared_ptr<const void> kept;
  {
    answer_places places(few);
    kept = places.take(ann, 40).value();
  }
  kept.reset();
}

}  // namespace kontor::chart
