#include "throttle/bucket_table.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace kontor::throttle {
namespace {

using namespace std::chrono_literals;

const token_bucket::time_point start{1'000'000s};
constexpr quota hundred_a_minute{100, 60s};

bucket_key client(std::uint64_t number) {
  return {4, number};
}

}  // namespace

TEST(BucketTable, EachClientHasItsOwnBucket) {
  bucket_table table(quota{2, 60s}, 1000);
  for (const auto& who : {client(1), client(2), bucket_key{0, 0}, bucket_key{1, 4}, bucket_key{~0ull, ~0ull}}) {
    EXPECT_TRUE(table.take(who, start).taken);
    const auto second = table.take(who, start);
    EXPECT_TRUE(second.taken);
    EXPECT_EQ(second.remaining, 0u);
    EXPECT_EQ(second.until_full, 60s);
    EXPECT_EQ(second.until_next, 30s);
    EXPECT_FALSE(table.take(who, start).taken);
  }
  EXPECT_EQ(table.crowded_out(), 0u);
}

TEST(BucketTable, HasRoomForAsManyAsItPromises) {
  for (const std::size_t clients : {0u, 1u, 7u, 8u, 9u, 1000u, 65'536u}) {
    const bucket_table table(hundred_a_minute, clients);
    EXPECT_GE(table.capacity(), clients);
    EXPECT_LE(table.capacity(), 2 * clients + 16);
  }
}

// Ten times as many clients as there is room for, each once, round and round: the busy ones stay limited.
TEST(BucketTable, TenThousandPassersByDoNotFreeABusyClient) {
  bucket_table table(hundred_a_minute, 1000);
  std::vector<int> taken(10);
  auto now = start;
  for (int round = 0; round < 20; ++round) {
    for (std::uint64_t passer = 0; passer < 10'000; ++passer) {
      EXPECT_TRUE(table.take(client(1'000'000 + static_cast<std::uint64_t>(round) * 10'000 + passer), now).taken);
      if (passer % 200 != 0) continue;
      for (std::size_t busy = 0; busy < taken.size(); ++busy)
        taken[busy] += table.take(client(busy), now).taken + table.take(client(busy), now).taken;
    }
    now += 1s;
  }
  // 20 rounds of 100 requests each: what the bucket holds, and what flows in during 19 s.
  for (const auto granted : taken) {
    EXPECT_GE(granted, 100);
    EXPECT_LE(granted, 100 + 19 * 100 / 60 + 1);
  }
}

TEST(BucketTable, FullBucketsMakeRoomBeforeAnyOther) {
  bucket_table table(quota{100, 1s}, 64);
  // Ten times as many as there are places, one after the other is gone: nobody is crowded out.
  auto now = start;
  for (std::uint64_t i = 0; i < table.capacity() * 10; ++i) {
    EXPECT_TRUE(table.take(client(i), now).taken);
    now += 10ms;
  }
  EXPECT_EQ(table.crowded_out(), 0u);
  // The same at once: there it must be.
  for (std::uint64_t i = 0; i < table.capacity() * 10; ++i)
    EXPECT_TRUE(table.take(client(i), now).taken);
  EXPECT_GE(table.crowded_out(), table.capacity() * 8);
}

TEST(BucketTable, ThreadsTogetherGetTheQuotaAndNoMore) {
  bucket_table table(quota{1000, 86'400s}, 1000);
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&table, &taken, i] {
        for (std::uint64_t n = 0; n < 5000; ++n) {
          taken += table.take(client(7), start).taken;
          (void)table.take(client(100 + static_cast<std::uint64_t>(i) * 5000 + n), start);
        }
      });
    }
  }
  EXPECT_EQ(taken, 1000);
}

}  // namespace kontor::throttle
