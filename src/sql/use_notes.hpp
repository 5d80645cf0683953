// Writing down when something was used last, without making anybody wait for it: a thread of its own writes all that
// waits in one transaction.
#pragma once

#include "sql/database.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace kontor::sql {

/// How exactly the last use is known: one write a minute for each thing at the most.
inline constexpr std::chrono::minutes use_granularity{1};

/// Whether a use at `now` is worth a write.
bool is_use_due(const std::optional<base::timestamp>& last, base::timestamp now) noexcept;

/// Runs the job; what it cannot write is logged as uses of `what`, and forgotten.
void write_uses(database& into, std::function<void(session&)> all, const std::string& what);

/// A `Use` of each `Key`; keys have an order. Only a convenience for the owner hangs on it, so what does not fit or
/// cannot be written is forgotten: the next use comes. Thread-safe.
template <class Key, class Use>
class use_notes {
 public:
  using write = void (*)(session&, const Key&, const Use&);

  /// `each` writes one use; `what` names the used things in the log. At most `capacity` keys wait. `into` outlives this
  /// object, or its stop().
  use_notes(database& into, std::string what, write each, std::size_t capacity = 1024)
      : database_(into), what_(std::move(what)), each_(each), capacity_(capacity), thread_([this] { work(); }) {}
  ~use_notes() { stop(); }
  use_notes(const use_notes&) = delete;
  use_notes& operator=(const use_notes&) = delete;

  /// Returns at once. Of several uses of a key that wait, the first is written.
  void add(Key what, Use use) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || waiting_.size() >= capacity_) return;
      if (!waiting_.try_emplace(std::move(what), std::move(use)).second) return;
    }
    changed_.notify_one();
  }

  /// Writes what waits and joins the thread. Safe to call twice.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  // In the order of the keys, so that two nodes that write the same rows do not wait for each other in a circle.
  using uses = std::map<Key, Use>;

  void work() {
    while (true) {
      auto batch = std::make_shared<uses>();
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        batch->swap(waiting_);
      }
      auto all = [each = each_, batch](session& in) {
        for (const auto& [what, use] : *batch)
          each(in, what, use);
      };
      write_uses(database_, std::move(all), what_);
    }
  }

  database& database_;
  const std::string what_;
  const write each_;
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uses waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kontor::sql
