// The bridge from other threads back to a coroutine: `wait_for` suspends, a `completion` resumes on the coroutine's own
// loop.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
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
}  // namespace detail

/// The duty to resume one waiting coroutine, once, from any thread. One that is dropped unfulfilled resumes it with
/// errc::internal: nobody waits for ever.
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
    if (waiter_) complete(base::error{base::errc::internal, "", "", "a job was dropped without an answer"});
  }

  void complete(outcome value) { std::exchange(waiter_, nullptr)->resume(nullptr, std::move(value)); }

  /// The coroutine meets the exception at its co_await.
  void fail(std::exception_ptr breakage) {
    std::exchange(waiter_, nullptr)
        ->resume(std::move(breakage), base::error{base::errc::internal, "", "", "exception"});
  }

 private:
  struct waiter_base {
    virtual ~waiter_base() = default;
    virtual void resume(std::exception_ptr breakage, outcome value) = 0;
  };

  template <class Handler>
  struct waiter final : waiter_base {
    waiter(Handler h, const executor& loop) : handler(std::move(h)), work(loop) {}
    void resume(std::exception_ptr breakage, outcome value) override {
      auto resumption = [h = std::move(handler), e = std::move(breakage), v = std::move(value)]() mutable {
        std::move(h)(std::move(e), std::move(v));
      };
      boost::asio::post(work.get_executor(), std::move(resumption));
    }
    Handler handler;
    boost::asio::executor_work_guard<executor> work;
  };

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
