// Who is behind a token, right now. An in-process table fed by the database, so that the common case asks no query and
// a revocation bites within a second, whoever made it: this process, another node, or the command line.
#pragma once

#include "async/completion.hpp"
#include "session/session_info.hpp"

#include <array>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kontor::session {

struct identity_table_settings {
  std::chrono::milliseconds fresh_for{400};  ///< Younger entries are used as they are.
  std::chrono::milliseconds usable_for{
      900};                        ///< Up to this age an entry is used while one caller renews it; older ones wait.
  std::size_t capacity = 100'000;  ///< Entries kept, in equal parts per shard; those renewed longest ago go first.
};

/// What to do with what is known about somebody.
enum class identity_use {
  use,    ///< Answer with it.
  renew,  ///< Ask the database.
  wait,   ///< Too old, and somebody asks already: wait for that answer.
};

/// The rule of the table. `age` is nullopt when nothing is known.
identity_use decide_identity_use(std::optional<std::chrono::steady_clock::duration> age, bool is_renewing,
                                 const identity_table_settings& settings) noexcept;

/// Where the table asks: the database, in the program.
class identity_source {
 public:
  virtual ~identity_source() = default;
  /// errc::not_found when there is no such session; also an identity that has ended by time or epoch.
  virtual async::awaitable<base::result<identity>> find_identity(base::session_id id) = 0;
};

/// Thread-safe. No lock is held while anything is awaited.
class identity_table {
 public:
  identity_table(identity_source& source, identity_table_settings settings);

  /// The session and its account as the database knew them at most `usable_for` ago. errc::not_found when it is no
  /// more; errc::unavailable when the database cannot say: until an entry is older than `usable_for`, it is used
  /// instead.
  async::awaitable<base::result<identity>> find(base::session_id id);

  /// Called by whatever ends or changes a session in this process, before it answers: the next `find` asks the
  /// database, and a query that is under way is asked again.
  void forget(const base::session_id& id);
  /// The same for all sessions of an account. Looks at every entry, so it is for acts that are rare.
  void forget_owner(const base::user_id& owner);

  /// Entries kept.
  std::size_t size() const;

 private:
  /// One query that is under way; all members but the address are guarded by the shard's mutex.
  struct renewal {
    std::vector<async::completion<void>> waiters;
    std::optional<base::result<identity>> answer;  ///< Set when it has come.
    bool forgotten = false;                        ///< The answer may be older than a change.
  };
  struct entry {
    std::optional<identity> known;
    std::chrono::steady_clock::time_point asked_at;  ///< When the query for `known` began.
    std::shared_ptr<renewal> running;
    std::list<base::session_id>::iterator place;
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<base::session_id, entry> entries;
    std::list<base::session_id> order;  ///< Those renewed longest ago first.
  };
  class renewal_guard;

  shard& shard_of(const base::session_id& id);
  void make_room(shard& in) const;
  async::awaitable<void> renew(base::session_id id, std::shared_ptr<renewal> running);
  void finish(const base::session_id& id, const std::shared_ptr<renewal>& running,
              std::chrono::steady_clock::time_point asked_at, base::result<identity> answer);

  identity_source& source_;
  const identity_table_settings settings_;
  std::array<shard, 16> shards_;
};

}  // namespace kontor::session
