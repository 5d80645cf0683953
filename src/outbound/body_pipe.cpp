#include "outbound/body_pipe.hpp"

#include <utility>

namespace kontor::outbound {

body_flow body_pipe::put(const web_response& head, std::string_view piece) {
  std::unique_lock lock(mutex_);
  if (!head_) head_ = head;
  bytes_ += piece;
  is_paused_ = bytes_.size() >= capacity;
  const auto next = is_paused_ ? body_flow::pause : body_flow::go_on;
  ring(std::move(lock));
  return next;
}

void body_pipe::end(base::result<web_response> outcome) noexcept {
  std::unique_lock lock(mutex_);
  if (!end_) end_.emplace(std::move(outcome));
  ring(std::move(lock));
}

// Whoever waits goes on without the lock: it may take at once.
void body_pipe::ring(std::unique_lock<std::mutex> lock) noexcept {
  if (!waiting_) return;
  auto who = std::move(*waiting_);
  waiting_.reset();
  lock.unlock();
  who.complete(news());
}

async::awaitable<void> body_pipe::wait() {
  auto start = [this](async::completion<news> done) {
    std::unique_lock lock(mutex_);
    if (bytes_.empty() && !end_) {
      waiting_.emplace(std::move(done));
      return;
    }
    lock.unlock();
    done.complete(news());
  };
  const auto heard = co_await async::wait_for<news>(std::move(start));
  if (!heard) throw std::runtime_error(heard.error().internal_detail);
}

async::awaitable<base::result<body_pipe::taken>> body_pipe::take() {
  for (;;) {
    co_await wait();
    const std::lock_guard lock(mutex_);
    if (!bytes_.empty()) co_return taken{std::exchange(bytes_, {}), std::exchange(is_paused_, false)};
    if (end_ && end_->has_error()) co_return end_->error();
    if (end_) co_return taken{};
  }
}

async::awaitable<base::result<web_response>> body_pipe::head() {
  co_await wait();
  const std::lock_guard lock(mutex_);
  if (head_) co_return *head_;
  co_return *end_;
}

}  // namespace kontor::outbound
