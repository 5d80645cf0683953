// Turns for work that all accounts share: so much at once, and whoever waits has a turn one account after the other.
// One that asks for everything waits behind itself, and keeps nobody else waiting.
#pragma once

#include "async/awaitable.hpp"
#include "async/completion.hpp"
#include "base/error.hpp"
#include "base/id.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace kontor::async {

struct turn_limits {
  std::size_t at_once = 4;         ///< Turns that are taken at the same time.
  std::size_t of_one = 2;          ///< Of them those of one account.
  std::size_t most_waiting = 256;  ///< Of one account: whoever comes then is refused.
};

/// Whose turn it is. Decides only: nothing waits in here, and one thread at a time uses it.
class turn_order {
 public:
  using ticket = std::uint64_t;

  explicit turn_order(turn_limits limits) : limits_(limits) {}

  /// Stands in line; nullopt: too many of this account do already.
  std::optional<ticket> stand(const base::user_id& who);
  /// Whose turn begins now; nullopt: nobody's. To be called until then, after each stand() and each leave().
  std::optional<ticket> next();
  /// A turn of this account is over.
  void leave(const base::user_id& who);

  std::size_t taken() const noexcept { return taken_; }
  std::size_t waiting() const noexcept { return waiting_; }

 private:
  struct account {
    std::size_t taken = 0;
    std::deque<ticket> line;
  };

  const turn_limits limits_;
  std::map<base::user_id, account> accounts_;
  std::deque<base::user_id> round_;  // Accounts with somebody in line; who had a turn goes to its end.
  std::size_t taken_ = 0;
  std::size_t waiting_ = 0;
  ticket last_ = 0;
};

/// Thread-safe. Turns may outlive it.
class fair_turns {
 public:
  explicit fair_turns(turn_limits limits) : line_(std::make_shared<line>(limits)) {}

  /// A turn as long as it is kept; resumes on the caller's loop. errc::too_many_requests: this account has enough in
  /// line. Whoever waits cannot be called back: the turn comes, and is let go of.
  awaitable<base::result<std::shared_ptr<const void>>> take(base::user_id who);

  /// Answers all who wait, and whoever comes later, with errc::unavailable: for the end, while their loops still run.
  void abandon();

  std::size_t waiting() const;

 private:
  using turn = std::shared_ptr<const void>;
  struct line {
    explicit line(turn_limits limits) : order(limits) {}
    std::mutex mutex;
    turn_order order;
    struct waiter {
      base::user_id who;
      completion<turn> done;
    };
    std::map<turn_order::ticket, waiter> waiters;
    bool is_abandoned = false;
  };
  class held;
  static void call_next(const std::shared_ptr<line>& in);

  const std::shared_ptr<line> line_;
};

}  // namespace kontor::async
