#include "async/completion.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <condition_variable>
#include <mutex>

namespace kontor::async::detail {

namespace {

template <class Handler>
class suspended_handler final : public suspended {
 public:
  suspended_handler(Handler handler, const executor& loop) : handler_(std::move(handler)), work_(loop) {}
  void resume() override { boost::asio::post(work_.get_executor(), std::move(handler_)); }

 private:
  Handler handler_;
  boost::asio::executor_work_guard<executor> work_;
};

// Shared with the thread, because the one that resumes it still holds the mutex when the thread may already go on.
struct doorbell {
  std::mutex mutex;
  std::condition_variable rung;
  bool open = false;
};

class blocked_thread final : public suspended {
 public:
  explicit blocked_thread(std::shared_ptr<doorbell> bell) : bell_(std::move(bell)) {}
  void resume() override {
    const std::lock_guard lock(bell_->mutex);
    bell_->open = true;
    bell_->rung.notify_one();
  }

 private:
  std::shared_ptr<doorbell> bell_;
};

}  // namespace

awaitable<void> suspend(starter start) {
  const executor loop = co_await boost::asio::this_coro::executor;
  auto initiate = [&start, &loop](auto handler) {
    start(std::make_unique<suspended_handler<decltype(handler)>>(std::move(handler), loop));
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<executor>, void()>(std::move(initiate),
                                                                                             use_awaitable);
}

void block(const starter& start) {
  const auto bell = std::make_shared<doorbell>();
  start(std::make_unique<blocked_thread>(bell));
  std::unique_lock lock(bell->mutex);
  bell->rung.wait(lock, [&bell] { return bell->open; });
}

}  // namespace kontor::async::detail
