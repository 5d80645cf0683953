#include "base/id.hpp"

#include <gtest/gtest.h>

namespace kontor::base {

TEST(Uuid, RandomOneCarriesVersionAndVariant) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.fill(0xff);
  EXPECT_EQ(uuid::from_random(bytes).text(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  bytes.fill(0);
  EXPECT_EQ(uuid::from_random(bytes).text(), "00000000-0000-4000-8000-000000000000");
}

TEST(Uuid, ParsesItsOwnText) {
  const auto text = "0189f7e0-1c2b-4d3e-8f00-abcdefabcdef";
  const auto parsed = uuid::parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text(), text);
}

TEST(Uuid, RefusesEveryOtherForm) {
  for (const auto* text : {"", "0189f7e0", "0189F7E0-1c2b-4d3e-8f00-abcdefabcdef",
                           "0189f7e01c2b-4d3e-8f00-abcdefabcdef-", "{0189f7e0-1c2b-4d3e-8f00-abcdefabcde",
                           "0189f7e0-1c2b-4d3e-8f00-abcdefabcdeg", "0189f7e0-1c2b-4d3e-8f00-abcdefabcdef0"})
    EXPECT_FALSE(uuid::parse(text)) << text;
}

}  // namespace kontor::base
