#include "leaving/deletion_service.hpp"

#include <utility>

namespace kontor::leaving {

deletion_service::deletion_service(const account_remover& remover, async::blocking_pool& pool,
                                   std::function<void(const base::user_id&)> forget)
    : remover_(remover), pool_(pool), forget_(std::move(forget)) {}

async::awaitable<base::result<void>> deletion_service::remove(deletion what) {
  auto job = [this, what = std::move(what)] { return remover_.remove(what, [&] { forget_(what.person); }); };
  co_return co_await pool_.run(std::move(job));
}

}  // namespace kontor::leaving
