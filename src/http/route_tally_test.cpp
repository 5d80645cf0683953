#include "http/route_tally.hpp"

#include <gtest/gtest.h>

namespace kontor::http {

using namespace std::chrono_literals;

TEST(RouteTally, EachStatusIsInItsClass) {
  request_counts tally(3);
  for (const unsigned status : {100u, 101u, 200u, 204u, 301u, 404u, 499u, 500u, 599u})
    tally.answered(2, status, 1ms);
  const auto& of = tally.of(2);
  EXPECT_EQ(of.by_class[0].value(), 2u);
  EXPECT_EQ(of.by_class[1].value(), 2u);
  EXPECT_EQ(of.by_class[2].value(), 1u);
  EXPECT_EQ(of.by_class[3].value(), 2u);
  EXPECT_EQ(of.by_class[4].value(), 2u);
  EXPECT_EQ(of.took.counts().count(), 9u);
  EXPECT_EQ(tally.of(1).took.counts().count(), 0u);
}

TEST(RouteTally, WhatIsCutIsCountedAlone) {
  request_counts tally(1);
  tally.was_cut();
  EXPECT_EQ(tally.cut(), 1u);
  EXPECT_EQ(tally.of(0).took.counts().count(), 0u);
}

}  // namespace kontor::http
