#include "vault/keyring.hpp"

#include "base/log.hpp"

#include <utility>

namespace kontor::vault {
namespace {

using namespace std::chrono_literals;

// Each costs a look into the source per second; more than a rotation or two leave only in a database that was changed.
constexpr std::size_t most_missed = 16;

}  // namespace

std::string_view name_of(key_state state) noexcept {
  switch (state) {
    case key_state::ready:
      return "ready";
    case key_state::key_missing:
      return "key_missing";
    case key_state::key_wrong:
      return "key_wrong";
  }
  return "key_missing";
}

vault_state keyring::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void keyring::set_state(vault_state state) {
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
}

std::shared_ptr<const key_wrap> keyring::find(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = wraps_.find(id); found != wraps_.end()) return found->second;
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(next_looks_, [now](const auto& each) { return each.second <= now; });
  if (next_looks_.contains(id) || next_looks_.size() == most_missed) return nullptr;
  next_looks_.emplace(id, now + 1s);
  if (const auto keys = load_locked(); !keys)
    base::log(base::log_level::error, "the keys of the vault cannot be read again",
              {{"reason", keys.error().internal_detail}});
  const auto found = wraps_.find(id);
  if (found == wraps_.end()) return nullptr;
  next_looks_.erase(next_looks_.find(id));
  return found->second;
}

base::result<std::vector<master_key>> keyring::reload() {
  const std::lock_guard lock(mutex_);
  return load_locked();
}

base::result<std::unique_ptr<key_hold>> keyring::hold() {
  const std::lock_guard lock(mutex_);
  return source_.hold();
}

base::result<void> keyring::store(std::span<const master_key> newest_first) {
  const std::lock_guard lock(mutex_);
  if (auto stored = source_.store(newest_first); !stored) return stored;
  take(newest_first);
  return {};
}

base::result<std::vector<master_key>> keyring::load_locked() {
  auto keys = source_.load();
  if (keys) take(*keys);
  return keys;
}

// What cannot be read any more is kept: a server that has its keys goes on when somebody takes the file away.
void keyring::take(std::span<const master_key> keys) {
  for (const auto& key : keys)
    if (!wraps_.contains(key.id())) wraps_.emplace(key.id(), std::make_shared<const key_wrap>(key));
}

}  // namespace kontor::vault
