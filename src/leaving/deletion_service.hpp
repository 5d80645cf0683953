// Deleting accounts from a loop.
#pragma once

#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "leaving/account_remover.hpp"

#include <functional>
#include <thread>

namespace kontor::leaving {

class deletion_service {
 public:
  /// `forget`: tells everything that knows accounts by heart that this one is no more; called on a thread of the pool.
  /// One thread is enough for the pool: each deletion needs all of the database's files.
  deletion_service(account_remover& remover, async::blocking_pool& pool,
                   std::function<void(const base::user_id&)> forget);
  ~deletion_service() { stop(); }

  /// Begins to complete what an earlier end of the program interrupted, on a thread of its own: that may take a while,
  /// and those whose accounts they were are gone already.
  void start();

  /// See account_remover::stop. Waits for the thread; deletions in progress return soon after. Safe to call twice.
  void stop() noexcept;

  /// See account_remover::remove; when it returns, nothing of the person is left, unless the program ends.
  /// errc::overloaded when too many wait.
  async::awaitable<base::result<void>> remove(deletion what);

 private:
  account_remover& remover_;
  async::blocking_pool& pool_;
  const std::function<void(const base::user_id&)> forget_;
  std::thread finisher_;
};

}  // namespace kontor::leaving
