// Who is behind a token, right now. An in-process table fed by the database, so that the common case asks no query and a revocation
// bites within a second, whoever made it: this process, another node, or the command line.
#pragma once

#include "account/user.hpp"
#include "account/user_repository.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace kontor::account {

struct identity_table_settings {
  std::chrono::milliseconds fresh_for{400};    ///< Younger entries are used as they are.
  std::chrono::milliseconds usable_for{900};   ///< Up to this age an entry is used while one caller renews it; older ones wait.
  std::size_t capacity = 100'000;              ///< Entries kept; the oldest go first.
};

/// Thread-safe.
class identity_table {
 public:
  identity_table(user_repository& users, identity_table_settings settings);

  /// The account as the database knew it at most `usable_for` ago. errc::not_found when it does not exist; errc::unavailable when
  /// the database cannot say.
  async::awaitable<base::result<user>> find(base::user_id id);

  /// Called by whatever changes an account in this process, before it answers: the next `find` asks the database.
  void forget(const base::user_id& id);

 private:
  struct entry {
    user known;
    std::chrono::steady_clock::time_point at;
    bool renewing = false;
  };
  struct shard {
    std::mutex mutex;
    std::unordered_map<base::user_id, entry> entries;
  };

  shard& shard_of(const base::user_id& id);
  async::awaitable<base::result<user>> renew(base::user_id id);

  user_repository& users_;
  const identity_table_settings settings_;
  std::array<shard, 16> shards_;
};

}  // namespace kontor::account
