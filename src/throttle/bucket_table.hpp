// Token buckets of many clients in a fixed piece of memory.
#pragma once

#include "throttle/token_bucket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace kontor::throttle {

/// 128 bits that name a client.
struct bucket_key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const bucket_key&, const bucket_key&) = default;
};

/// What one request met.
struct bucket_answer {
  bool taken = false;
  std::uint32_t remaining = 0;
  token_bucket::duration until_full{};
  token_bucket::duration until_next{};
};

/// Thread-safe, allocates once. A client may stand in one of eight places, which a hash with a random seed names. When
/// all eight are taken, the fullest bucket makes room: a full one tells nothing that a new one would not, so a busy
/// client keeps its bucket however many others come by once.
class bucket_table {
 public:
  /// Room for at least `clients`, and less than twice as many; 24 bytes for each.
  bucket_table(const quota& allowed, std::size_t clients);

  bucket_answer take(const bucket_key& client, token_bucket::time_point now) noexcept;

  /// Places in all.
  std::size_t capacity() const noexcept { return sets_.size() * ways; }

  /// How often a bucket that was not full had to make room: a table that is too small.
  std::uint64_t crowded_out() const;

 private:
  static constexpr std::size_t ways = 8;
  static constexpr std::size_t lock_count = 64;

  struct place {
    bucket_key client;
    token_bucket bucket;
  };
  // A place that nobody took holds a full bucket of the client 0.
  using places = std::array<place, ways>;
  struct alignas(64) lock {
    mutable std::mutex held;
    std::uint64_t crowded_out = 0;
  };

  std::size_t set_of(const bucket_key& client) const noexcept;
  static place& find(places& in, const bucket_key& client, token_bucket::time_point now, lock& counting) noexcept;

  token_bucket::pace pace_;
  std::array<std::uint64_t, 2> seed_;
  std::vector<places> sets_;
  std::unique_ptr<std::array<lock, lock_count>> locks_;
};

}  // namespace kontor::throttle
