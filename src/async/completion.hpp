// The bridge from other threads back to a coroutine: `wait_for` suspends, a `completion` resumes on the coroutine's own
// loop. What touches Asio is compiled once, in completion.cpp: hundreds of jobs with a type of their own come through
// here.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace kontor::async {

namespace detail {
template <class T>
struct unwrap_result {
  using type = T;
};
template <class T>
struct unwrap_result<base::result<T>> {
  using type = T;
};
template <class T>
using unwrap_result_of = typename unwrap_result<T>::type;

/// One coroutine that is suspended, and owned by this object until it goes on; or a thread that waits.
class suspended {
 public:
  virtual ~suspended() = default;
  /// Lets it go on, on its own loop; from any thread. Takes no memory: that none is left is what the answer may be.
  static void resume(std::unique_ptr<suspended> who) noexcept { who.release()->go_on(); }

 private:
  /// Takes itself over from whoever owned it.
  virtual void go_on() noexcept = 0;
};

using starter = std::function<void(std::unique_ptr<suspended>)>;

/// Suspends the calling coroutine; `start` gets it and runs at once, on the caller's thread.
awaitable<void> suspend(starter start);

/// The same for a thread: it blocks until it is resumed.
void block(const starter& start);

/// Where the answer is put: in the frame of the coroutine that waits for it.
template <class T>
struct answer_slot {
  base::result<T> take() {
    if (breakage) std::rethrow_exception(breakage);
    return std::move(*value);
  }
  std::optional<base::result<T>> value;
  std::exception_ptr breakage;
};
}  // namespace detail

/// The duty to resume one waiting coroutine (or thread), once, from any thread. One that is dropped unfulfilled resumes
/// it with errc::internal: nobody waits for ever. Fulfilling it takes no memory and never throws.
template <class T>
class completion {
 public:
  using outcome = base::result<T>;

  /// The slot lives in the frame of the coroutine, and the frame as long as `waiter`.
  completion(detail::answer_slot<T>& slot, std::unique_ptr<detail::suspended> waiter)
      : slot_(&slot), waiter_(std::move(waiter)) {}

  completion(completion&&) noexcept = default;
  completion& operator=(completion&&) = delete;
  ~completion() {
    if (!waiter_) return;
    try {
      complete(base::error{base::errc::internal, "", "", "a job was dropped without an answer"});
    } catch (...) {
      fail(std::current_exception());
    }
  }

  /// A value that throws when it is moved is told as its exception.
  void complete(outcome value) noexcept {
    try {
      slot_->value.emplace(std::move(value));
    } catch (...) {
      slot_->breakage = std::current_exception();
    }
    detail::suspended::resume(std::move(waiter_));
  }

  /// The coroutine meets the exception at its co_await.
  void fail(std::exception_ptr breakage) noexcept {
    slot_->breakage = std::move(breakage);
    detail::suspended::resume(std::move(waiter_));
  }

  /// Does it still have to be fulfilled?
  explicit operator bool() const noexcept { return waiter_ != nullptr; }

 private:
  detail::answer_slot<T>* slot_;
  std::unique_ptr<detail::suspended> waiter_;
};

/// Suspends the calling coroutine until the `completion<T>` that is handed to `start` is fulfilled. `start` runs at
/// once, on the caller's thread, and must not throw once it has taken the completion: the coroutine waits already.
/// There is no cancellation: a job owns its data and always answers.
template <class T, class Start>
awaitable<base::result<T>> wait_for(Start start) {
  detail::answer_slot<T> slot;
  detail::starter hand_over = [&start, &slot](std::unique_ptr<detail::suspended> waiter) {
    start(completion<T>(slot, std::move(waiter)));
  };
  co_await detail::suspend(std::move(hand_over));
  co_return slot.take();
}

/// The same without a loop, for commands and tests: blocks the calling thread.
template <class T, class Start>
base::result<T> wait_blocking_for(Start start) {
  detail::answer_slot<T> slot;
  detail::block(
      [&start, &slot](std::unique_ptr<detail::suspended> waiter) { start(completion<T>(slot, std::move(waiter))); });
  return slot.take();
}

}  // namespace kontor::async
