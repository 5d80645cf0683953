#include "leaving/deletion_service.hpp"

#include "base/log.hpp"

#include <pthread.h>

#include <exception>
#include <string>
#include <utility>

namespace kontor::leaving {

namespace {

void finish(const account_remover& remover) noexcept {
  std::string why;
  try {
    const auto finished = remover.finish_interrupted();
    if (finished || remover.is_stopping()) return;
    why = finished.error().internal_detail;
  } catch (const std::exception& broken) {
    why = broken.what();
  }
  base::log(base::log_level::error, "deletions that were interrupted could not be finished", {{"detail", why}});
}

}  // namespace

deletion_service::deletion_service(account_remover& remover, async::blocking_pool& pool,
                                   std::function<void(const base::user_id&)> forget)
    : remover_(remover), pool_(pool), forget_(std::move(forget)) {}

void deletion_service::start() {
  finisher_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "deletion");
    finish(remover_);
  });
}

void deletion_service::stop() noexcept {
  remover_.stop();
  if (finisher_.joinable()) finisher_.join();
}

async::awaitable<base::result<void>> deletion_service::remove(deletion what) {
  auto job = [this, what = std::move(what)] { return remover_.remove(what, [&] { forget_(what.person); }); };
  co_return co_await pool_.run(std::move(job));
}

}  // namespace kontor::leaving
