#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace kontor::crypto {
namespace {

TEST(Random, FillsEveryByte) {
  // A byte that is never written would keep its value in all 64 rounds; by chance that happens once in 2^500.
  std::vector<std::uint8_t> seen(100, 0);
  for (int round = 0; round < 64; ++round) {
    std::vector<std::uint8_t> bytes(100, 0);
    fill_random(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      seen[i] = static_cast<std::uint8_t>(seen[i] | bytes[i]);
  }
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](auto byte) { return byte != 0; }));
  fill_random({});
}

TEST(Random, AThousandValuesAreAllDifferent) {
  std::set<std::array<std::uint8_t, 16>> values;
  std::set<base::uuid> ids;
  for (int i = 0; i < 1'000; ++i) {
    values.insert(random_array<16>());
    ids.insert(random_uuid());
  }
  EXPECT_EQ(values.size(), 1'000u);
  EXPECT_EQ(ids.size(), 1'000u);
}

TEST(Random, IdsAreVersionFour) {
  const auto id = random_id<base::user_id>();
  EXPECT_EQ(id.text()[14], '4');
  EXPECT_TRUE(base::user_id::parse(id.text()));
}

}  // namespace
}  // namespace kontor::crypto
