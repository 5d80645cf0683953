#include "session/token_cache.hpp"

#include <cstring>

namespace kontor::session {

std::size_t token_cache::first_bytes::operator()(const digest& token) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, token.data(), sizeof hash);
  return hash;
}

std::optional<read_token> token_cache::find(const digest& token) const {
  const auto& home = shard_of(token);
  const std::lock_guard lock(home.mutex);
  const auto found = home.tokens.find(token);
  if (found == home.tokens.end()) return std::nullopt;
  return found->second;
}

void token_cache::keep(const digest& token, const read_token& read) {
  if (shard_limit_ == 0) return;
  auto& home = shards_[token.back() % shard_count];
  const std::lock_guard lock(home.mutex);
  if (home.tokens.size() >= shard_limit_) home.tokens.clear();
  home.tokens.insert_or_assign(token, read);
}

std::size_t token_cache::size() const {
  std::size_t sum = 0;
  for (const auto& part : shards_) {
    const std::lock_guard lock(part.mutex);
    sum += part.tokens.size();
  }
  return sum;
}

}  // namespace kontor::session
