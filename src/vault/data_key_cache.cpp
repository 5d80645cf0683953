#include "vault/data_key_cache.hpp"

#include <utility>

namespace kontor::vault {

std::shared_ptr<const user_keys> data_key_cache::find(const base::user_id& owner, std::string_view wrapped) {
  const std::lock_guard lock(mutex_);
  const auto found = by_owner_.find(owner.value());
  if (found == by_owner_.end() || found->second->wrapped != wrapped) return nullptr;
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->keys;
}

void data_key_cache::put(const base::user_id& owner, std::string wrapped, std::shared_ptr<const user_keys> keys) {
  const std::lock_guard lock(mutex_);
  if (capacity_ == 0) return;
  if (const auto found = by_owner_.find(owner.value()); found != by_owner_.end()) {
    newest_first_.erase(found->second);
    by_owner_.erase(found);
  } else if (newest_first_.size() >= capacity_) {
    by_owner_.erase(newest_first_.back().owner.value());
    newest_first_.pop_back();
  }
  newest_first_.push_front({owner, std::move(wrapped), std::move(keys)});
  by_owner_[owner.value()] = newest_first_.begin();
}

std::size_t data_key_cache::size() const {
  const std::lock_guard lock(mutex_);
  return newest_first_.size();
}

}  // namespace kontor::vault
