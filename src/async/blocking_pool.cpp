#include "async/blocking_pool.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace kontor::async {
namespace {

constexpr int background_nice = 15;

// The first version of the kernel's structure (sched_setattr(2)); its header cannot be included beside the C library's.
struct scheduling_wish {
  std::uint32_t size = sizeof(scheduling_wish);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

// Linux keeps a nice value per thread. Lowering oneself needs no privilege; where a sandbox forbids it the pool still
// works, only less politely. Not SCHED_IDLE: beside another busy program such a thread gets no time at all, and with it
// nobody could sign in.
//
// The weight alone is not enough: a thread that runs is left running for its slice, or until the next tick, 4 ms on
// many kernels, whatever wakes up beside it. From 6.12 on a thread may ask for slices of its own (`runtime` of
// SCHED_OTHER), and whoever wakes up with a shorter one takes the processor at once. So this one asks for the longest:
// it does not matter when it runs, only how much. Older kernels pass over the wish.
void step_back() {
  const auto self = static_cast<id_t>(::gettid());
  const int nice = std::min(19, ::getpriority(PRIO_PROCESS, self) + background_nice);
  (void)::setpriority(PRIO_PROCESS, self, nice);

  constexpr std::chrono::nanoseconds longest_slice = std::chrono::milliseconds(100);
  scheduling_wish wish;
  wish.nice = nice;
  wish.runtime = static_cast<std::uint64_t>(longest_slice.count());
  (void)::syscall(SYS_sched_setattr, 0, &wish, 0u);
}

void enter_pool(const pool_settings& settings) {
  pthread_setname_np(pthread_self(), settings.name.substr(0, 15).c_str());
  if (settings.priority == thread_priority::background) step_back();
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
      ++metrics_.begun;
      metrics_.total_wait += waited;
      metrics_.longest_wait = std::max(metrics_.longest_wait, waited);
    }
    next->run();
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
