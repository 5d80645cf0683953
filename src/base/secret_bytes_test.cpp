#include "base/secret_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

namespace kontor::base {

static_assert(!std::is_copy_constructible_v<secret_bytes>);
static_assert(!std::is_convertible_v<secret_bytes, std::string>);
static_assert(!std::is_convertible_v<secret_bytes, std::string_view>);

TEST(SecretBytes, MovingLeavesNothingBehind) {
  secret_bytes first(std::string_view("wertvoll"));
  const secret_bytes second = std::move(first);
  EXPECT_EQ(second.text(), "wertvoll");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): the point of the test
}

TEST(SecretBytes, WipeOverwritesEveryByte) {
  std::vector<char> memory(64, 'x');
  wipe(memory.data(), memory.size());
  EXPECT_TRUE(std::all_of(memory.begin(), memory.end(), [](char c) { return c == 0; }));
}

}  // namespace kontor::base
