// Tokens that were read in full and found good, so that the signature of a token that comes with every request is
// computed once. What it says about revocation is nothing: that is asked for every request (identity_table).
#pragma once

#include "session/access_token.hpp"

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace kontor::session {

/// A good token, and the times that must still be right.
struct read_token {
  access_token_claims claims;
  std::int64_t not_before = 0;  ///< The later of `iat` and `nbf`, seconds since 1970.
  std::int64_t expires_at = 0;  ///< Seconds since 1970.
};

/// Thread-safe. A token is found by its SHA-256, so that neither the lookup nor its time tells anything about tokens
/// that are known.
class token_cache {
 public:
  using digest = std::array<std::uint8_t, 32>;

  /// At most `capacity` tokens, in equal parts per shard; a shard that is full starts again empty.
  explicit token_cache(std::size_t capacity = 16'384) : shard_limit_(capacity / shard_count) {}

  std::optional<read_token> find(const digest& token) const;
  void keep(const digest& token, const read_token& read);
  std::size_t size() const;

 private:
  static constexpr std::size_t shard_count = 16;
  struct first_bytes {
    std::size_t operator()(const digest& token) const noexcept;
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<digest, read_token, first_bytes> tokens;
  };

  const shard& shard_of(const digest& token) const noexcept { return shards_[token.back() % shard_count]; }

  const std::size_t shard_limit_;
  std::array<shard, shard_count> shards_;
};

}  // namespace kontor::session
