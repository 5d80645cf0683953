// The master keys that this process has, and whether the vault may be used.
#pragma once

#include "vault/master_key.hpp"
#include "vault/seals.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace kontor::vault {

enum class key_state {
  ready,
  key_missing,  ///< There is no key, or none that can be read.
  key_wrong,    ///< There are keys, but not the one that the database needs.
};

/// As `kontor vault status` and problem types have it.
std::string_view name_of(key_state state) noexcept;

struct vault_state {
  key_state state = key_state::key_missing;
  std::string key_id = {};  ///< The one that is needed or, when ready, that wraps what is new.
  std::string why = "The vault was not opened yet.";  ///< A sentence for the operator; empty when ready.
};

/// Thread-safe.
class keyring {
 public:
  /// `source` outlives the ring, which is the only one that uses it.
  explicit keyring(master_key_source& source) : source_(source) {}

  /// Nothing is read or written unless it is ready.
  vault_state state() const;
  void set_state(vault_state state);

  /// Null when there is no such key. Another process may have begun a rotation: an unknown key is looked for in the
  /// source, at most once per second for each; so it may block, and belongs on a thread that may.
  std::shared_ptr<const key_wrap> find(std::string_view id);

  /// The keys as they are in the source now, the newest first; the ring takes them.
  base::result<std::vector<master_key>> reload();
  /// For whoever reads the keys in order to replace them; as master_key_source::hold.
  base::result<std::unique_ptr<key_hold>> hold();
  /// Replaces the keys in the source; the ring takes them too.
  base::result<void> store(std::span<const master_key> newest_first);

  std::string source_name() const { return source_.name(); }
  bool can_store() const { return source_.can_store(); }

 private:
  using wraps = std::map<std::string, std::shared_ptr<const key_wrap>, std::less<>>;
  void take(std::span<const master_key> keys);
  base::result<std::vector<master_key>> load_locked();

  master_key_source& source_;
  mutable std::mutex mutex_;
  vault_state state_;
  wraps wraps_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> next_looks_;  // for ids in vain
};

}  // namespace kontor::vault
