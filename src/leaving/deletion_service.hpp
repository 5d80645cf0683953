// Deleting accounts from a loop.
#pragma once

#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "leaving/account_remover.hpp"

#include <functional>

namespace kontor::leaving {

class deletion_service {
 public:
  /// `forget`: tells everything that knows accounts by heart that this one is no more; called on a thread of the pool.
  /// One thread is enough for the pool: each deletion needs all of the database's files.
  deletion_service(const account_remover& remover, async::blocking_pool& pool,
                   std::function<void(const base::user_id&)> forget);

  /// See account_remover::remove; when it returns, nothing of the person is left. errc::overloaded when too many wait.
  async::awaitable<base::result<void>> remove(deletion what);

 private:
  const account_remover& remover_;
  async::blocking_pool& pool_;
  const std::function<void(const base::user_id&)> forget_;
};

}  // namespace kontor::leaving
