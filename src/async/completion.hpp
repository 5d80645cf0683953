// The bridge from other threads back to a coroutine: `wait_for` suspends, a `completion` resumes on the coroutine's own
// loop.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstddef>
#include <exception>
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

/// Room for the one operation that Asio queues when a completion is fulfilled. It is there from the beginning: that
/// memory has run out is what a completion may have to tell, on a thread where nobody would catch an exception.
struct posting_room {
  alignas(std::max_align_t) std::array<std::byte, 128> bytes;
};

/// An allocator of exactly that room. Asio gives it back before it calls what was queued, so that may own the room.
template <class T>
struct posting_allocator {
  using value_type = T;

  explicit posting_allocator(posting_room& r) noexcept : room(&r) {}
  template <class Other>
  posting_allocator(const posting_allocator<Other>& other) noexcept : room(other.room) {}

  T* allocate(std::size_t count) noexcept {
    static_assert(sizeof(T) <= sizeof(posting_room) && alignof(T) <= alignof(posting_room));
    return count == 1 ? static_cast<T*>(static_cast<void*>(room->bytes.data())) : nullptr;
  }
  void deallocate(T*, std::size_t) noexcept {}

  template <class Other>
  bool operator==(const posting_allocator<Other>& other) const noexcept {
    return room == other.room;
  }

  posting_room* room;
};
}  // namespace detail

/// The duty to resume one waiting coroutine, once, from any thread. One that is dropped unfulfilled resumes it with
/// errc::internal: nobody waits for ever. Fulfilling it takes no memory and never throws.
template <class T>
class completion {
 public:
  using outcome = base::result<T>;

  template <class Handler>
  completion(Handler handler, const executor& loop)
      : waiter_(std::make_unique<waiter<Handler>>(std::move(handler), loop)) {}

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
      waiter_->value.emplace(std::move(value));
    } catch (...) {
      waiter_->breakage = std::current_exception();
    }
    resume();
  }

  /// The coroutine meets the exception at its co_await.
  void fail(std::exception_ptr breakage) noexcept {
    waiter_->breakage = std::move(breakage);
    resume();
  }

  /// Does it still have to be fulfilled?
  explicit operator bool() const noexcept { return waiter_ != nullptr; }

 private:
  struct waiter_base {
    virtual ~waiter_base() = default;
    /// On the coroutine's loop, later. Takes itself over from whoever owned it.
    virtual void post() noexcept = 0;
    std::exception_ptr breakage;
    std::optional<outcome> value;
  };

  template <class Handler>
  struct waiter final : waiter_base {
    waiter(Handler h, const executor& loop) : handler(std::move(h)), work(loop) {}

    struct resumption {
      using allocator_type = detail::posting_allocator<void*>;
      allocator_type get_allocator() const noexcept { return allocator_type(*room); }
      void operator()() {
        auto h = std::move(of->handler);
        auto e = std::move(of->breakage);
        auto v = e ? outcome(base::error{base::errc::internal, "", "", "exception"}) : std::move(*of->value);
        of.reset();
        std::move(h)(std::move(e), std::move(v));
      }
      std::unique_ptr<waiter> of;
      detail::posting_room* room;
    };

    void post() noexcept override {
      // Once it is queued it may be gone at any moment.
      const auto loop = std::move(work);
      boost::asio::post(loop.get_executor(), resumption{std::unique_ptr<waiter>(this), &room});
    }

    Handler handler;
    boost::asio::executor_work_guard<executor> work;
    detail::posting_room room;
  };

  void resume() noexcept { waiter_.release()->post(); }

  std::unique_ptr<waiter_base> waiter_;
};

/// Suspends the calling coroutine until the `completion<T>` that is handed to `start` is fulfilled. `start` runs at
/// once, on the caller's thread. There is no cancellation: a job owns its data and always answers.
template <class T, class Start>
awaitable<base::result<T>> wait_for(Start start) {
  const executor loop = co_await boost::asio::this_coro::executor;
  auto initiate = [&start, &loop](auto handler) { start(completion<T>(std::move(handler), loop)); };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<executor>,
                                                 void(std::exception_ptr, base::result<T>)>(std::move(initiate),
                                                                                            use_awaitable);
}

}  // namespace kontor::async
