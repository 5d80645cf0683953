#include "api/watch_places.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::api {
namespace {

const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();

watch_places::watched sma(std::size_t period) {
  return {{market::venue::spot, "BTCUSDT", market::interval::m1}, "sma(" + std::to_string(period) + ")"};
}

}  // namespace

TEST(WatchPlaces, AnAccountHasSoManyDifferentOnesOverAllItsSockets) {
  watch_places places;
  std::vector<std::shared_ptr<const void>> held;
  for (std::size_t i = 0; i < watches_per_account; ++i) {
    held.push_back(places.take(ann, sma(i + 1)));
    ASSERT_NE(held.back(), nullptr) << i;
  }
  EXPECT_EQ(places.take(ann, sma(watches_per_account + 1)), nullptr);
  EXPECT_NE(places.take(bob, sma(watches_per_account + 1)), nullptr) << "another account has its own";
  // What it watches already it may watch from another socket, and gives it back with the last of them.
  auto again = places.take(ann, sma(1));
  EXPECT_NE(again, nullptr);
  held.front().reset();
  EXPECT_EQ(places.take(ann, sma(watches_per_account + 1)), nullptr);
  again.reset();
  EXPECT_NE(places.take(ann, sma(watches_per_account + 1)), nullptr);
}

TEST(WatchPlaces, MayOutliveTheirRoom) {
  std::shared_ptr<const void> kept;
  {
    watch_places places;
    kept = places.take(ann, sma(1));
  }
  kept.reset();
}

}  // namespace kontor::api
