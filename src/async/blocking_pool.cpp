#include "async/blocking_pool.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace kontor::async {
namespace {

constexpr int background_nice = 15;

void enter_pool(const pool_settings& settings) {
  pthread_setname_np(pthread_self(), settings.name.substr(0, 15).c_str());
  if (settings.priority == thread_priority::background) {
    // Linux keeps a nice value per thread. Lowering oneself needs no privilege; where a sandbox forbids it the pool
    // still works, only less politely. Not SCHED_IDLE: beside another busy program such a thread gets no time at all,
    // and with it nobody could sign in.
    const auto self = static_cast<id_t>(::gettid());
    (void)::setpriority(PRIO_PROCESS, self, std::min(19, ::getpriority(PRIO_PROCESS, self) + background_nice));
  }
}

}  // namespace

blocking_pool::blocking_pool(pool_settings settings) : settings_(std::move(settings)) {
  threads_.reserve(settings_.threads);
  for (std::size_t i = 0; i < settings_.threads; ++i)
    threads_.emplace_back([this] { work(); });
}

blocking_pool::~blocking_pool() {
  stop();
}

void blocking_pool::enqueue(std::unique_ptr<task_base> next) {
  base::error refusal{base::errc::unavailable, "", "", settings_.name + ": the pool has stopped"};
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue_.size() < settings_.queue_limit) {
      queue_.push_back(std::move(next));
      ready_.notify_one();
      return;
    }
    if (!stopping_) {
      ++metrics_.refused;
      refusal = {base::errc::overloaded, "", "", settings_.name + ": the queue is full"};
      refusal.retry_after = std::chrono::seconds(1);
    }
  }
  next->refuse(std::move(refusal));
}

void blocking_pool::work() {
  enter_pool(settings_);
  while (true) {
    std::unique_ptr<task_base> next;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      next = std::move(queue_.front());
      queue_.pop_front();
      const auto waited =
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - next->queued_at);
      metrics_.total_wait += waited;
      metrics_.longest_wait = std::max(metrics_.longest_wait, waited);
    }
    next->run();
    const std::lock_guard lock(mutex_);
    ++metrics_.finished;
  }
}

void blocking_pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void blocking_pool::abandon() {
  std::deque<std::unique_ptr<task_base>> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(queue_);
  }
  for (auto& task : left)
    task->refuse({base::errc::unavailable, "", "", settings_.name + ": the pool has stopped"});
  stop();
}

pool_metrics blocking_pool::metrics() const {
  const std::lock_guard lock(mutex_);
  auto copy = metrics_;
  copy.waiting = queue_.size();
  return copy;
}

}  // namespace kontor::async
