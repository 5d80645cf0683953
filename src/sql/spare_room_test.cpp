#include "sql/spare_room.hpp"

#include <gtest/gtest.h>

namespace kontor::sql {
namespace {

TEST(SpareRoom, KeepsATwentiethOfASmallDiskAndLittleOfALargeOne) {
  constexpr std::uintmax_t mebibyte = 1024 * 1024;
  EXPECT_EQ(kept_room(0), 0U);
  EXPECT_EQ(kept_room(80 * mebibyte), 4 * mebibyte);
  EXPECT_EQ(kept_room(1280 * mebibyte), 64 * mebibyte);
  EXPECT_EQ(kept_room(1024 * 1024 * mebibyte), 64 * mebibyte);
}

TEST(SpareRoom, ADiskThatSaysNothingHasRoom) {
  EXPECT_TRUE(has_spare_room("/no/such/folder"));
}

}  // namespace
}  // namespace kontor::sql
