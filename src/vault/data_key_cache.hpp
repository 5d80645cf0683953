// The opened data keys of the users who were here lately.
#pragma once

#include "vault/seals.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kontor::vault {

/// Bounded: the one that was used longest ago goes first, and is wiped. A key is found by the wrapped text that stands
/// in the database at this moment, so it is never older than its row, and there is nothing to invalidate. Thread-safe.
class data_key_cache {
 public:
  explicit data_key_cache(std::size_t capacity = 4096) : capacity_(capacity) {}

  std::shared_ptr<const user_keys> find(const base::user_id& owner, std::string_view wrapped);
  void put(const base::user_id& owner, std::string wrapped, std::shared_ptr<const user_keys> keys);
  std::size_t size() const;

 private:
  struct entry {
    base::user_id owner;
    std::string wrapped;
    std::shared_ptr<const user_keys> keys;
  };
  using entries = std::list<entry>;

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  entries newest_first_;
  std::unordered_map<base::uuid, entries::iterator> by_owner_;
};

}  // namespace kontor::vault
