#include "throttle/bucket_table.hpp"

#include "crypto/random.hpp"

#include <algorithm>
#include <bit>

namespace kontor::throttle {
namespace {

// Both halves of the product, so that every bit of `a` moves every bit of the result.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// An odd number with many ones and zeros: the golden ratio.
constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;

}  // namespace

bucket_table::bucket_table(const quota& allowed, std::size_t clients)
    : pace_(allowed),
      seed_(std::bit_cast<std::array<std::uint64_t, 2>>(crypto::random_array<16>())),
      sets_(std::bit_ceil(std::max<std::size_t>((clients + ways - 1) / ways, 1))),
      locks_(std::make_unique<std::array<lock, lock_count>>()) {}

std::size_t bucket_table::set_of(const bucket_key& client) const noexcept {
  const auto hash = mix(mix(client.high ^ seed_[0], spread) ^ client.low ^ seed_[1], spread);
  return static_cast<std::size_t>(hash) & (sets_.size() - 1);
}

bucket_table::place& bucket_table::find(places& in, const bucket_key& client, token_bucket::time_point now,
                                        lock& counting) noexcept {
  place* fullest = in.data();
  for (auto& at : in) {
    if (at.client == client) return at;
    if (at.bucket.full_at() < fullest->bucket.full_at()) fullest = &at;
  }
  if (fullest->bucket.full_at() > now) ++counting.crowded_out;
  *fullest = place{client, {}};
  return *fullest;
}

bucket_answer bucket_table::take(const bucket_key& client, token_bucket::time_point now) noexcept {
  const auto set = set_of(client);
  auto& guard = (*locks_)[set % lock_count];
  const std::lock_guard holding(guard.held);
  auto& bucket = find(sets_[set], client, now, guard).bucket;
  const bool taken = bucket.take(pace_, now);
  return {.taken = taken,
          .remaining = bucket.remaining(pace_, now),
          .until_full = bucket.until_full(now),
          .until_next = bucket.until_next(pace_, now)};
}

std::uint64_t bucket_table::crowded_out() const {
  std::uint64_t all = 0;
  for (const auto& guard : *locks_) {
    const std::lock_guard holding(guard.held);
    all += guard.crowded_out;
  }
  return all;
}

}  // namespace kontor::throttle
